package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.SnapshotRequest;
import io.chromasync.resolve.ResolveSettings.TooLate;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a reading of an image is asked for. */
class FirstTouchTest {

  private static final Duration RETENTION = Duration.ofDays(2);
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private KeyedOneInputStreamOperatorTestHarness<String, String, SnapshotRequest> operator;

  @BeforeEach
  void open() throws Exception {
    operator = operator(RETENTION);
    operator.open();
  }

  @AfterEach
  void close() throws Exception {
    operator.close();
  }

  @Test
  void anImageIsAskedForOnceAndNotAsARepair() throws Exception {
    touch("a", 0);
    touch("a", 1);
    touch("b", 2);

    assertThat(operator.extractOutputValues())
        .containsExactly(new SnapshotRequest("a", false), new SnapshotRequest("b", false));
  }

  @Test
  void anImageThatWasNotTouchedForHalfTheRetentionIsAskedForAgain() throws Exception {
    touch("a", 0);
    operator.processWatermark(DAY);
    touch("a", 0);
    assertThat(operator.extractOutputValues()).as("half of it is not over").hasSize(1);

    operator.processWatermark(3 * DAY);
    touch("a", 3 * DAY);

    assertThat(operator.extractOutputValues()).hasSize(2);
  }

  @Test
  void itIsForgottenBeforeResolveForgetsIt() throws Exception {
    touch("a", 0);

    operator.processWatermark(DAY + HOUR);
    touch("a", 0);

    assertThat(operator.extractOutputValues()).hasSize(2);
    RetentionPolicy horizon = new RetentionPolicy(settings(RETENTION));
    assertThat(horizon.due(0)).isGreaterThan(DAY + HOUR);
  }

  @Test
  void moreTouchesDoNotPutTheForgettingOffAsResolveMayRememberNoLongerForThem() throws Exception {
    touch("a", 0);
    touch("a", DAY);
    operator.processWatermark(DAY + HOUR);

    touch("a", DAY + HOUR);

    assertThat(operator.extractOutputValues()).hasSize(2);
  }

  @Test
  void aRetentionThatIsShorterAfterARestartHoldsForWhatWasTouchedBefore() throws Exception {
    restart(RETENTION.multipliedBy(5));
    touch("a", 0);
    restart(RETENTION);
    operator.processWatermark(2 * DAY + HOUR);

    touch("a", 2 * DAY + HOUR);

    assertThat(operator.extractOutputValues())
        .as("resolve may have forgotten it, and then waits for a reading")
        .hasSize(1);
  }

  @Test
  void aRetentionThatIsLongerAfterARestartForgetsLater() throws Exception {
    touch("a", 0);
    restart(RETENTION.multipliedBy(5));
    operator.processWatermark(2 * DAY);
    touch("a", 2 * DAY);
    assertThat(operator.extractOutputValues()).isEmpty();

    operator.processWatermark(6 * DAY);

    assertThat(operator.numKeyedStateEntries()).isZero();
  }

  @Test
  void aLateTouchCountsAsOneOfNow() throws Exception {
    operator.processWatermark(10 * DAY);
    touch("a", 0);
    touch("a", 0);
    operator.processWatermark(10 * DAY + DAY / 2);
    touch("a", 0);

    assertThat(operator.extractOutputValues()).hasSize(1);
  }

  @Test
  void whatWasAskedForOutlivesACrashAndIsStillForgotten() throws Exception {
    touch("a", 0);
    restart(RETENTION);

    touch("a", 1);
    assertThat(operator.extractOutputValues()).isEmpty();
    operator.processWatermark(DAY + HOUR);
    touch("a", DAY + HOUR);

    assertThat(operator.extractOutputValues()).hasSize(1);
  }

  @Test
  void nothingIsLeftOfAnImageThatIsForgotten() throws Exception {
    touch("a", 0);
    touch("a", HOUR);

    operator.processWatermark(5 * DAY);

    assertThat(operator.numEventTimeTimers()).isZero();
    assertThat(operator.numKeyedStateEntries()).isZero();
  }

  private void restart(Duration retention) throws Exception {
    OperatorSubtaskState state = operator.snapshot(1, 1);
    operator.close();
    operator = operator(retention);
    operator.initializeState(state);
    operator.open();
  }

  private void touch(String image, long millis) throws Exception {
    operator.processElement(new StreamRecord<>(image, millis));
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, String, SnapshotRequest> operator(
      Duration retention) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new FirstTouch(settings(retention))),
        image -> image,
        Types.STRING);
  }

  private static ResolveSettings settings(Duration retention) {
    return new ResolveSettings(retention, TooLate.DEAD_LETTER, Duration.ZERO);
  }
}
