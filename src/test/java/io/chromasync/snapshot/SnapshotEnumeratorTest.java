package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.ItemKey;
import io.chromasync.snapshot.SnapshotSplit.End;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.SnapshotState.OpenSplit;
import io.chromasync.snapshot.SnapshotState.Phase;
import io.chromasync.snapshot.scan.ReadRate;
import io.chromasync.snapshot.scan.ScanPlan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.junit.jupiter.api.Test;

class SnapshotEnumeratorTest {

  private static final String SCAN = "scan/1";
  private static final ScanPlan PLAN =
      new ScanPlan(SCAN, 4, Duration.ofSeconds(60), () -> Instant.ofEpochSecond(1000));

  private Context context;
  private SnapshotEnumerator enumerator;

  @Test
  void segmentsAreSpreadWhenAllReadersAreThere() {
    start(2, rules(SCAN, true), SnapshotState.none());
    register(0);
    assertThat(assigned(0)).isEmpty();

    register(1);

    assertThat(assigned(0)).hasSize(2);
    assertThat(assigned(1)).hasSize(2);
  }

  @Test
  void aReaderHasNoMoreThanItCanReadAtOnce() {
    context = new Context(1);
    ScanPlan plan = new ScanPlan(SCAN, 40, Duration.ZERO, () -> Instant.EPOCH);
    enumerator =
        new SnapshotEnumerator(
            context, new SnapshotRules(SCAN, true, plan, 0, false), SnapshotState.none());
    enumerator.start();
    register(0);

    assertThat(assigned(0)).hasSize(16);
    finish(0, assigned(0).get(0));
    assertThat(assigned(0)).hasSize(17);
  }

  @Test
  void theEndIsToldOnlyAfterACheckpointThatBeganWhenAllWasRead() {
    start(1, rules(SCAN, true), SnapshotState.none());
    register(0);
    enumerator.snapshotState(1);
    finish(0, assigned(0).toArray(SnapshotSplit[]::new));
    enumerator.notifyCheckpointComplete(1);
    assertThat(assigned(0)).hasSize(4);

    enumerator.snapshotState(2);
    assertThat(assigned(0)).hasSize(4);
    enumerator.notifyCheckpointComplete(2);

    assertThat(assigned(0)).last().isEqualTo(new End(SCAN, 940_000_000L));
    finish(0, assigned(0).get(4));
    assertThat(enumerator.snapshotState(3))
        .isEqualTo(new SnapshotState(SCAN, 940_000_000L, true, 4, Phase.ENDED, List.of()));
    enumerator.notifyCheckpointComplete(3);
    assertThat(assigned(0)).hasSize(5);
  }

  @Test
  void aLaterCheckpointCoversAsWellAsTheFirst() {
    start(1, rules(SCAN, true), SnapshotState.none());
    register(0);
    finish(0, assigned(0).toArray(SnapshotSplit[]::new));
    enumerator.snapshotState(1);
    enumerator.snapshotState(2);
    enumerator.notifyCheckpointComplete(2);

    assertThat(assigned(0)).hasSize(5);
  }

  @Test
  void whatComesBackAfterAllWasReadPutsOffTheEnd() {
    start(1, rules(SCAN, true), SnapshotState.none());
    register(0);
    List<SnapshotSplit> first = assigned(0);
    finish(0, first.toArray(SnapshotSplit[]::new));
    enumerator.snapshotState(1);

    context.registeredReaders().clear();
    enumerator.addSplitsBack(first.subList(0, 1), 0);
    register(0);
    finish(0, first.get(0));
    enumerator.notifyCheckpointComplete(1);

    assertThat(assigned(0)).hasSize(5).doesNotHaveAnyElementsOfTypes(End.class);
  }

  @Test
  void anotherNameIsReadAnewAndNothingOfTheOldOne() {
    SnapshotSplit old = new Segment("scan/0", 0, 4, null);
    start(1, rules(SCAN, true), reading("scan/0", old));
    register(0, new Segment("scan/0", 1, 4, null));

    assertThat(assigned(0)).extracting(SnapshotSplit::snapshot).hasSize(4).containsOnly(SCAN);
  }

  @Test
  void whereNothingIsReadWhatWasBegunRestsAndIsGoneOnWithLater() {
    SnapshotSplit reached = new Segment(SCAN, 0, 4, new ItemKey("IMAGE#a", "IMAGE"));
    start(1, rules("none/1", false), reading(SCAN, new Segment(SCAN, 0, 4, null)));
    register(0, reached);
    assertThat(assigned(0)).isEmpty();
    SnapshotState rested = enumerator.snapshotState(1);

    start(1, rules(SCAN, true), rested);
    register(0);

    assertThat(assigned(0)).containsExactly(reached);
  }

  @Test
  void whatARestoredReaderNoLongerHasWasRead() {
    start(2, rules(SCAN, true), reading(SCAN, new Segment(SCAN, 0, 4, null)));
    register(0);
    assertThat(enumerator.snapshotState(1).open()).hasSize(1);
    register(1);

    assertThat(enumerator.snapshotState(2).open()).isEmpty();
    enumerator.notifyCheckpointComplete(2);
    assertThat(assigned(0)).hasOnlyElementsOfType(End.class);
  }

  @Test
  void theRateIsSharedByWhatEachReads() {
    context = new Context(2);
    enumerator =
        new SnapshotEnumerator(
            context,
            new SnapshotRules(
                SCAN, true, new ScanPlan(SCAN, 3, Duration.ZERO, () -> Instant.EPOCH), 90, false),
            SnapshotState.none());
    enumerator.start();
    register(0);
    register(1);

    assertThat(rates(0)).last().isEqualTo(60.0);
    assertThat(rates(1)).last().isEqualTo(30.0);
    finish(1, assigned(1).get(0));
    assertThat(rates(0)).last().isEqualTo(90.0);
  }

  @Test
  void aListingThatFailsFailsTheJob() {
    context = new Context(1);
    SnapshotFailure failure = new SnapshotFailure("broken");
    SnapshotPlan broken = failing(failure);
    enumerator =
        new SnapshotEnumerator(
            context, new SnapshotRules(SCAN, true, broken, 0, false), SnapshotState.none());
    assertThatThrownBy(enumerator::start).isSameAs(failure);

    IOException away = new IOException("away");
    enumerator =
        new SnapshotEnumerator(
            context, new SnapshotRules(SCAN, true, failing(away), 0, false), SnapshotState.none());
    assertThatThrownBy(enumerator::start).hasCause(away);
  }

  private static SnapshotPlan failing(Exception failure) {
    return new SnapshotPlan() {
      @Override
      public Listing list() throws IOException {
        if (failure instanceof IOException away) {
          throw away;
        }
        throw (RuntimeException) failure;
      }

      @Override
      public int atOnce() {
        return 1;
      }
    };
  }

  private void start(int parallelism, SnapshotRules rules, SnapshotState state) {
    context = new Context(parallelism);
    enumerator = new SnapshotEnumerator(context, rules, state);
    enumerator.start();
  }

  private void register(int reader, SnapshotSplit... reported) {
    context
        .registeredReaders()
        .put(reader, ReaderInfo.createReaderInfo(reader, "host", List.of(reported)));
    enumerator.addReader(reader);
  }

  private void finish(int reader, SnapshotSplit... splits) {
    List<String> ids = Stream.of(splits).map(SnapshotSplit::splitId).toList();
    enumerator.handleSourceEvent(reader, new SplitsFinished(new ArrayList<>(ids)));
  }

  /** All that a reader was given. */
  private List<SnapshotSplit> assigned(int reader) {
    var state = context.getSplitAssignments().get(reader);
    return state == null ? List.of() : List.copyOf(state.getAssignedSplits());
  }

  private List<Double> rates(int reader) {
    return context.getSentEvents().get(reader).stream()
        .map(event -> ((ReadRate) event).unitsPerSecond())
        .toList();
  }

  private static SnapshotRules rules(String snapshot, boolean reads) {
    return new SnapshotRules(snapshot, reads, reads ? PLAN : null, 0, false);
  }

  /** A reading of which these splits are being read. */
  private static SnapshotState reading(String snapshot, SnapshotSplit... assigned) {
    return new SnapshotState(
        snapshot,
        940_000_000L,
        true,
        4,
        Phase.READING,
        IntStream.range(0, assigned.length)
            .mapToObj(i -> new OpenSplit(assigned[i], true))
            .toList());
  }

  /** Lists at once. */
  private static final class Context extends TestingSplitEnumeratorContext<SnapshotSplit> {

    Context(int parallelism) {
      super(parallelism);
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
      T result = null;
      Throwable error = null;
      try {
        result = callable.call();
      } catch (Exception e) {
        error = e;
      }
      handler.accept(result, error);
    }
  }
}
