package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.CollectionName;
import io.chromasync.model.TargetCollections;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.CollectionGuard.OtherCollections;
import io.chromasync.resolve.ResolveSettings.TooLate;
import io.chromasync.testing.ResolveHarness;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.Test;

/** State of a job on some collections, and a job that starts from it on these or others. */
// A harness's close() declares Exception.
@SuppressWarnings("try")
class CollectionGuardTest {

  private static final TargetCollections BLUE = target("blue", Map.of());
  private static final TargetCollections GREEN = target("green", Map.of());
  private static final TargetCollections COPY =
      target("green", Map.of(ReceiptTree.WORDS, "blue-words", ReceiptTree.LINES, "blue-lines"));

  @Test
  void theStateOfAJobFitsItsCollectionsAndCopiesOfThem() throws Exception {
    OperatorSubtaskState blue = stateFrom(null, BLUE);

    assertThat(stateFrom(blue, BLUE)).isNotNull();
    OperatorSubtaskState copy = stateFrom(blue, COPY);
    assertThatCode(() -> stateFrom(copy, GREEN)).as("its own now").doesNotThrowAnyException();
    assertRefused(copy, BLUE);
  }

  @Test
  void theStateOfAJobIsRefusedForOtherCollections() throws Exception {
    assertRefused(stateFrom(null, BLUE), GREEN);
  }

  @Test
  void aCopyOfOneCollectionIsNotEnough() throws Exception {
    OperatorSubtaskState blue = stateFrom(null, BLUE);

    assertRefused(blue, target("green", Map.of(ReceiptTree.LINES, "blue-lines")));
  }

  @Test
  void stateThatDoesNotSayFitsAnyAndSaysItThen() throws Exception {
    OperatorSubtaskState silent = stateFrom(null, TargetCollections.unknown());

    assertRefused(stateFrom(silent, BLUE), GREEN);
  }

  private static void assertRefused(OperatorSubtaskState state, TargetCollections target) {
    assertThatThrownBy(() -> stateFrom(state, target))
        .satisfies(
            failure ->
                assertThat(ThrowableClassifier.getThrowableType(failure))
                    .isEqualTo(ThrowableType.NonRecoverableError))
        .isInstanceOf(OtherCollections.class)
        .hasMessageContaining("-collection' in group 'chroma'")
        .hasMessageContaining("bin/fork")
        .hasMessageContaining("chromasync-copy-of");
  }

  /** What a job on these collections leaves, that starts from what another left. */
  private static OperatorSubtaskState stateFrom(
      OperatorSubtaskState state, TargetCollections target) throws Exception {
    try (ResolveHarness harness =
        new ResolveHarness(
            new ReceiptProjection(true),
            new ResolveSettings(Duration.ofDays(2), TooLate.DEAD_LETTER, Duration.ZERO),
            false,
            target)) {
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
      harness.process(Changes.insert(ReceiptKeys.word(1, 2, 1), 10));
      return harness.snapshot(1, 1);
    }
  }

  private static TargetCollections target(String name, Map<CollectionName, String> copyOf) {
    return new TargetCollections(
        Map.of(ReceiptTree.WORDS, name + "-words", ReceiptTree.LINES, name + "-lines"), copyOf);
  }
}
