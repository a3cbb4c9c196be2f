package io.chromasync.source;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.ItemChange;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.LineageStateSerializer;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardSplitSerializer;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSplitEnumeratorMetricGroup;
import org.apache.flink.runtime.source.coordinator.SplitAssignmentTracker;

/**
 * The source as a job runs it, without the job: its real enumerator and readers, with checkpoints,
 * failovers and restores, step by step in one thread. What downstream operators hold rolls back
 * with the source, as their state does.
 */
final class SimulatedJob implements AutoCloseable {

  private static final PollIntervals PACE =
      new PollIntervals(
          Duration.ofMillis(2),
          Duration.ZERO,
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          RetryPolicy.between(Duration.ofMillis(1), Duration.ofMillis(5)).atMost(100));

  private final CountingMetrics metrics = new CountingMetrics();
  private Source source;
  private Checkpoint last;
  private long checkpoints;
  private long deliveries;
  private Running running;
  private LongConsumer watermarks = watermark -> {};

  SimulatedJob(URI endpoint, InstantSource clock, int parallelism) {
    this.source = Source.of(FakeStreams.ARN, endpoint, clock);
    this.last = new Checkpoint(null, repeat(parallelism), List.of());
    restore(parallelism);
  }

  /** Is told every watermark of every reader, after all that was delivered before it. */
  void onWatermark(LongConsumer consumer) {
    watermarks = consumer;
  }

  /** Everything delivered and not rolled back, in the order of delivery. */
  List<ItemChange> delivered() {
    return running.log.stream().map(Delivery::change).toList();
  }

  /** How many gaps were skipped, whatever was rolled back since. */
  long gaps() {
    return metrics.count("gaps");
  }

  /** Lets everyone do what there is to do now. */
  void step() throws Exception {
    running.context.tick();
    running.deliverAssignments();
    for (int reader = 0; reader < running.readers.size(); reader++) {
      running.poll(reader);
      running.deliverEvents(reader);
    }
  }

  /** Takes a checkpoint; between its two halves, readers go on. */
  void checkpoint(boolean completes) throws Exception {
    long id = ++checkpoints;
    running.deliverAssignments(); // Flink: what was assigned before the snapshot precedes it
    running.tracker.onCheckpoint(id);
    LineageState lineage = source.written(running.enumerator.snapshotState(id));
    List<List<byte[]>> splits = new ArrayList<>();
    Set<Delivery> log = new HashSet<>(last.log);
    for (int reader = 0; reader < running.readers.size(); reader++) {
      running.poll(reader);
      running.deliverFinishes(reader);
      splits.add(source.write(running.readers.get(reader).snapshotState(id)));
      int self = reader;
      running.log.stream().filter(delivery -> delivery.reader == self).forEach(log::add);
    }
    if (completes) {
      last = new Checkpoint(lineage, splits, running.log.stream().filter(log::contains).toList());
      running.checkpoint = id;
      running.tracker.onCheckpointComplete(id);
      running.enumerator.notifyCheckpointComplete(id);
    }
  }

  /** All tasks fail, and come back with another parallelism. */
  void restore(int parallelism) {
    if (running != null) {
      running.close();
    }
    running = new Running(parallelism);
    List<byte[]> all = last.splits.stream().flatMap(List::stream).toList();
    last = new Checkpoint(last.lineage, repeat(parallelism), last.log);
    for (int i = 0; i < all.size(); i++) {
      last.splits.get(i % parallelism).add(all.get(i));
    }
    for (int reader = 0; reader < parallelism; reader++) {
      running.register(reader);
    }
  }

  /** The job starts again, and its settings mean another stream now. */
  void restore(int parallelism, String stream) {
    source = source.of(stream);
    restore(parallelism);
  }

  /** All readers fail, the enumerator goes on. */
  void failAll() throws Exception {
    for (int reader = 0; reader < parallelism(); reader++) {
      running.fail(reader);
    }
    for (int reader = 0; reader < parallelism(); reader++) {
      running.register(reader);
    }
  }

  /** One reader fails, the others and the enumerator go on. */
  void failReader(int reader) throws Exception {
    running.fail(reader);
    running.register(reader);
  }

  int parallelism() {
    return running.readers.size();
  }

  @Override
  public void close() {
    running.close();
  }

  private static List<List<byte[]>> repeat(int readers) {
    List<List<byte[]>> lists = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private record Delivery(int reader, long number, ItemChange change) {}

  private record Checkpoint(LineageState lineage, List<List<byte[]>> splits, List<Delivery> log) {}

  /** How the source under test is made, and its state written. */
  private record Source(
      ItemChanges changes,
      ItemChanges.Pacing pacing,
      ShardSplitSerializer splits,
      LineageStateSerializer lineages) {

    static Source of(String stream, URI endpoint, InstantSource clock) {
      ShardStream.Factory streams =
          new DynamoDbStream.Factory(
              new AwsAccess(TestCredentials.REGION, endpoint), ItemFilter.ALL, Duration.ZERO);
      return of(stream, new ItemChanges.Pacing(streams, PACE, clock));
    }

    private static Source of(String stream, ItemChanges.Pacing pacing) {
      Reading reading = new Reading(StartPosition.TRIM_HORIZON, OnGap.SKIP, null);
      return new Source(
          new ItemChanges(stream, reading, pacing),
          pacing,
          new ShardSplitSerializer(),
          new LineageStateSerializer());
    }

    Source of(String stream) {
      return of(stream, pacing);
    }

    /** As it comes out of a checkpoint. */
    LineageState written(LineageState state) throws Exception {
      return lineages.deserialize(lineages.getVersion(), lineages.serialize(state));
    }

    List<byte[]> write(List<ShardSplit> all) throws Exception {
      List<byte[]> written = new ArrayList<>();
      for (ShardSplit split : all) {
        written.add(splits.serialize(split));
      }
      return written;
    }

    List<ShardSplit> read(List<byte[]> all) {
      try {
        List<ShardSplit> read = new ArrayList<>();
        for (byte[] split : all) {
          read.add(splits.deserialize(splits.getVersion(), split));
        }
        return read;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** One execution, from a restore to the next. */
  private final class Running {

    private final DrivenContext context;
    private final ShardEnumerator enumerator;
    private final List<ShardReader> readers = new ArrayList<>();
    private final List<TestingReaderContext> readerContexts = new ArrayList<>();
    private final List<Emitted> outputs = new ArrayList<>();
    private final SplitAssignmentTracker<ShardSplit> tracker = new SplitAssignmentTracker<>();
    private final List<Delivery> log = new ArrayList<>(last.log);
    private long checkpoint = checkpoints;

    Running(int parallelism) {
      context = new DrivenContext(parallelism, tracker, metrics);
      try {
        enumerator =
            (ShardEnumerator)
                (last.lineage == null
                    ? source.changes.createEnumerator(context)
                    : source.changes.restoreEnumerator(context, last.lineage));
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
      TestingReaderContext readerContext =
          new TestingReaderContext(
              new Configuration(), InternalSourceReaderMetricGroup.mock(metrics));
      readerContexts.set(reader, readerContext);
      outputs.set(reader, new Emitted(reader));
      readers.set(reader, (ShardReader) source.changes.createReader(readerContext));
      List<ShardSplit> restored = source.read(last.splits.get(reader));
      context
          .registeredReaders()
          .put(reader, ReaderInfo.createReaderInfo(reader, "host", restored));
      enumerator.addReader(reader);
    }

    void fail(int reader) throws Exception {
      readers.get(reader).close();
      context.registeredReaders().remove(reader);
      context.pending.remove(reader);
      context.getSentEvents().remove(reader);
      log.removeIf(delivery -> delivery.reader == reader && !last.log.contains(delivery));
      enumerator.addSplitsBack(
          tracker.getAndRemoveUncheckpointedAssignment(reader, checkpoint), reader);
    }

    void deliverAssignments() {
      context.pending.forEach((reader, splits) -> readers.get(reader).addSplits(splits));
      context.pending.clear();
    }

    void poll(int reader) throws Exception {
      Emitted output = outputs.get(reader);
      InputStatus status = InputStatus.MORE_AVAILABLE;
      while (status == InputStatus.MORE_AVAILABLE) {
        status = readers.get(reader).pollNext(output);
        output.take();
      }
    }

    /** What a reader emits; records before a watermark are delivered before it. */
    private final class Emitted extends TestingReaderOutput<ItemChange> {

      private final int reader;

      private Emitted(int reader) {
        this.reader = reader;
      }

      private void take() {
        getEmittedRecords().forEach(change -> log.add(new Delivery(reader, deliveries++, change)));
        clearEmittedRecords();
      }

      @Override
      public void emitWatermark(Watermark watermark) {
        take();
        watermarks.accept(watermark.getTimestamp());
      }
    }

    void deliverEvents(int reader) {
      deliverFinishes(reader);
      List<SourceEvent> toReader = context.getSentEvents().remove(reader);
      if (toReader != null) {
        toReader.forEach(readers.get(reader)::handleSourceEvents);
      }
    }

    void deliverFinishes(int reader) {
      List<SourceEvent> sent = readerContexts.get(reader).getSentEvents();
      readerContexts.get(reader).clearSentEvents();
      sent.forEach(event -> enumerator.handleSourceEvent(reader, event));
    }

    void close() {
      try {
        for (ShardReader reader : readers) {
          reader.close();
        }
        enumerator.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Calls the enumerator's periodic call in step, and holds assignments until they are taken. */
  private static final class DrivenContext extends TestingSplitEnumeratorContext<ShardSplit> {

    private final SplitAssignmentTracker<ShardSplit> tracker;
    private final Map<Integer, List<ShardSplit>> pending = new HashMap<>();
    private final MetricGroup metrics;
    private Runnable periodic;

    DrivenContext(
        int parallelism, SplitAssignmentTracker<ShardSplit> tracker, MetricGroup metrics) {
      super(parallelism);
      this.tracker = tracker;
      this.metrics = metrics;
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
      return new InternalSplitEnumeratorMetricGroup(metrics);
    }

    @Override
    public <T> void callAsync(
        Callable<T> callable, BiConsumer<T, Throwable> handler, long delay, long period) {
      periodic =
          () -> {
            try {
              handler.accept(callable.call(), null);
            } catch (RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          };
    }

    @Override
    public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
      tracker.recordSplitAssignment(assignment);
      assignment
          .assignment()
          .forEach(
              (reader, splits) ->
                  pending.computeIfAbsent(reader, r -> new ArrayList<>()).addAll(splits));
    }

    void tick() {
      periodic.run();
    }
  }
}
