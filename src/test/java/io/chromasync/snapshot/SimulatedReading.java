package io.chromasync.snapshot;

import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.snapshot.SnapshotSplit.End;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.scan.ReadBudget;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.source.coordinator.SplitAssignmentTracker;

/**
 * The source as a job runs it, without the job and without a table: its real enumerator and
 * readers, over splits of numbered lines, with checkpoints, failures and restores. What downstream
 * operators hold rolls back with the source, as their state does.
 *
 * <p>It fails if the end is told while a line of any split is not part of a complete checkpoint.
 */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException, which javac frowns on.
final class SimulatedReading implements AutoCloseable {

  static final int LINES = 5;
  private static final String END = "end";

  private final int splits;
  private final Random random;
  private final SnapshotRules rules;
  private Checkpoint last;
  private long checkpoints;
  private long deliveries;
  private Running running;

  SimulatedReading(int splits, int parallelism, Random random) {
    this.splits = splits;
    this.random = random;
    this.rules = new SnapshotRules("export/1", true, new Plan(splits), 0, true);
    this.last = new Checkpoint(null, repeat(parallelism), List.of());
    restore(parallelism);
  }

  /** All lines of all splits. */
  Set<String> expected() {
    Set<String> lines = new HashSet<>();
    IntStream.range(0, splits)
        .forEach(s -> IntStream.range(0, LINES).forEach(line -> lines.add(s + "/" + line)));
    return lines;
  }

  /** What was delivered and not rolled back. */
  Set<String> delivered() {
    Set<String> texts = new HashSet<>();
    running.log.forEach(delivery -> texts.add(delivery.text));
    return texts;
  }

  boolean isEndTold() {
    return delivered().contains(END);
  }

  /** Whether all readers were told that nothing more will come. */
  boolean isOver() {
    return running.dismissed.size() == running.readers.size();
  }

  int parallelism() {
    return running.readers.size();
  }

  void step() throws Exception {
    running.deliverAssignments();
    for (int reader = 0; reader < parallelism(); reader++) {
      running.poll(reader);
      if (random.nextBoolean()) {
        running.deliverEvents(reader);
      }
    }
  }

  /** Takes a checkpoint; between its two halves, readers go on. */
  void checkpoint(boolean completes) throws Exception {
    long id = ++checkpoints;
    running.deliverAssignments(); // Flink: what was assigned before the snapshot precedes it
    running.tracker.onCheckpoint(id);
    SnapshotStateSerializer serializer = new SnapshotStateSerializer();
    byte[] state = serializer.serialize(running.enumerator.snapshotState(id));
    List<List<byte[]>> kept = new ArrayList<>();
    Set<Delivery> log = new HashSet<>(last.log);
    for (int reader = 0; reader < parallelism(); reader++) {
      if (random.nextBoolean()) {
        running.poll(reader);
      }
      List<byte[]> written = new ArrayList<>();
      for (SnapshotSplit split : running.readers.get(reader).snapshotState(id)) {
        written.add(new SplitSerializer().serialize(split));
      }
      kept.add(written);
      int self = reader;
      running.log.stream().filter(delivery -> delivery.reader == self).forEach(log::add);
    }
    if (completes) {
      last = new Checkpoint(state, kept, running.log.stream().filter(log::contains).toList());
      running.checkpoint = id;
      running.tracker.onCheckpointComplete(id);
      running.enumerator.notifyCheckpointComplete(id);
    }
  }

  /** The job starts again, with another parallelism. */
  void restore(int parallelism) {
    close();
    List<byte[]> all = last.splits.stream().flatMap(List::stream).toList();
    last = new Checkpoint(last.state, repeat(parallelism), last.log);
    for (int i = 0; i < all.size(); i++) {
      last.splits.get(i % parallelism).add(all.get(i));
    }
    running = new Running(parallelism);
    for (int reader = 0; reader < parallelism; reader++) {
      running.register(reader);
    }
  }

  /** Some readers fail; the enumerator goes on. */
  void fail(List<Integer> readers) throws Exception {
    for (int reader : readers) {
      running.stop(reader);
    }
    for (int reader : readers) {
      running.reset(reader);
    }
    for (int reader : readers) {
      running.register(reader);
    }
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
  }

  private static List<List<byte[]>> repeat(int readers) {
    List<List<byte[]>> lists = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private record Delivery(int reader, long number, String text) {}

  // Nobody compares checkpoints.
  @SuppressWarnings("ArrayRecordComponent")
  private record Checkpoint(byte[] state, List<List<byte[]>> splits, List<Delivery> log) {}

  /** Splits of numbered lines. */
  private record Plan(int splits) implements SnapshotPlan {

    @Override
    public Listing list() {
      List<SnapshotSplit> all = new ArrayList<>();
      for (int i = 0; i < splits; i++) {
        all.add(new ExportFile("export/1", "b", "" + i, "", LINES, 0L, 0));
      }
      return new Listing(all, 0, true);
    }

    @Override
    public int atOnce() {
      return 2;
    }
  }

  /** Gives one line after the other. */
  private static final class Lines implements SplitReader<SnapshotStep, SnapshotSplit> {

    private final Deque<SnapshotSplit> open = new ArrayDeque<>();

    @Override
    public RecordsWithSplitIds<SnapshotStep> fetch() {
      RecordsBySplits.Builder<SnapshotStep> records = new RecordsBySplits.Builder<>();
      SnapshotSplit split = open.poll();
      if (split instanceof ExportFile file) {
        String text = file.key() + "/" + file.lines();
        ExportFile reached = file.at(file.lines() + 1);
        records.add(file.splitId(), new SnapshotStep(snapshot(text), reached));
        if (reached.lines() == LINES) {
          records.addFinishedSplit(file.splitId());
        } else {
          open.addLast(reached);
        }
      } else if (split instanceof End end) {
        records.add(end.splitId(), new SnapshotStep(snapshot(END), end));
        records.addFinishedSplit(end.splitId());
      }
      return records.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<SnapshotSplit> change) {
      open.addAll(change.splits());
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {}

    private static SnapshotPart snapshot(String text) {
      return SnapshotPart.of(
          new TableSnapshot(
              null, AsOf.version(0), Extent.ITEMS, List.of(), List.of(), false, text));
    }
  }

  /** One execution, from a restore to the next. */
  private final class Running {

    private final DrivenContext context;
    private final SnapshotEnumerator enumerator;
    private final List<SnapshotReader> readers = new ArrayList<>();
    private final List<TestingReaderContext> readerContexts = new ArrayList<>();
    private final List<TestingReaderOutput<SnapshotPart>> outputs = new ArrayList<>();
    private final SplitAssignmentTracker<SnapshotSplit> tracker = new SplitAssignmentTracker<>();
    private final List<Delivery> log = new ArrayList<>(last.log);
    private final Set<Integer> dismissed = new HashSet<>();
    private long checkpoint = checkpoints;

    Running(int parallelism) {
      context = new DrivenContext(parallelism, this);
      try {
        SnapshotState state =
            last.state == null
                ? SnapshotState.none()
                : new SnapshotStateSerializer().deserialize(1, last.state);
        enumerator = new SnapshotEnumerator(context, rules, state);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      enumerator.start();
      for (int i = 0; i < parallelism; i++) {
        readers.add(null);
        readerContexts.add(null);
        outputs.add(null);
      }
    }

    void register(int reader) {
      TestingReaderContext readerContext = new TestingReaderContext();
      SnapshotMetrics metrics = SnapshotMetrics.register(new UnregisteredMetricsGroup());
      readerContexts.set(reader, readerContext);
      outputs.set(reader, new TestingReaderOutput<>());
      readers.set(
          reader,
          new SnapshotReader(
              Lines::new,
              new ReadBudget(),
              new SnapshotReader.Progress(metrics, InstantSource.system(), reader),
              readerContext));
      List<SnapshotSplit> restored = new ArrayList<>();
      try {
        for (byte[] split : last.splits.get(reader)) {
          restored.add(new SplitSerializer().deserialize(1, split));
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      context
          .registeredReaders()
          .put(reader, ReaderInfo.createReaderInfo(reader, "host", restored));
      enumerator.addReader(reader);
    }

    void stop(int reader) throws Exception {
      readers.get(reader).close();
      context.registeredReaders().remove(reader);
      context.pending.remove(reader);
      dismissed.remove(reader);
    }

    void reset(int reader) {
      log.removeIf(delivery -> delivery.reader == reader && !last.log.contains(delivery));
      enumerator.addSplitsBack(
          tracker.getAndRemoveUncheckpointedAssignment(reader, checkpoint), reader);
    }

    void deliverAssignments() {
      context.pending.forEach((reader, assigned) -> readers.get(reader).addSplits(assigned));
      context.pending.clear();
    }

    void poll(int reader) throws Exception {
      TestingReaderOutput<SnapshotPart> output = outputs.get(reader);
      InputStatus status = InputStatus.MORE_AVAILABLE;
      while (status == InputStatus.MORE_AVAILABLE) {
        status = readers.get(reader).pollNext(output);
      }
      for (SnapshotPart part : output.getEmittedRecords()) {
        TableSnapshot snapshot = part.items();
        log.add(new Delivery(reader, deliveries++, snapshot.origin()));
        if (snapshot.origin().equals(END)) {
          checkWhole();
        }
      }
      output.clearEmittedRecords();
    }

    private void checkWhole() {
      Set<String> durable = new HashSet<>();
      last.log.forEach(delivery -> durable.add(delivery.text));
      if (!durable.containsAll(expected())) {
        throw new AssertionError(
            "The end was told of a reading of which only this is kept: " + durable);
      }
    }

    void deliverEvents(int reader) {
      List<SourceEvent> sent = new ArrayList<>(readerContexts.get(reader).getSentEvents());
      readerContexts.get(reader).clearSentEvents();
      sent.forEach(event -> enumerator.handleSourceEvent(reader, event));
    }

    void close() {
      try {
        for (SnapshotReader reader : readers) {
          reader.close();
        }
        enumerator.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Lists at once, and holds assignments until they are taken. */
  private static final class DrivenContext extends TestingSplitEnumeratorContext<SnapshotSplit> {

    private final Running running;
    private final Map<Integer, List<SnapshotSplit>> pending = new HashMap<>();

    DrivenContext(int parallelism, Running running) {
      super(parallelism);
      this.running = running;
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
      try {
        handler.accept(callable.call(), null);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void assignSplits(SplitsAssignment<SnapshotSplit> assignment) {
      running.tracker.recordSplitAssignment(assignment);
      assignment
          .assignment()
          .forEach(
              (reader, assigned) ->
                  pending.computeIfAbsent(reader, r -> new ArrayList<>()).addAll(assigned));
    }

    @Override
    public void signalNoMoreSplits(int reader) {
      running.dismissed.add(reader);
    }
  }
}
