package io.chromasync.testing;

import io.chromasync.model.Announcement;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityTree;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkInput;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.TargetCollections;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.runtime.DurableCounters.Count;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;

/** The operator of resolve by itself, on RocksDB and without Kryo. Not opened yet. */
// A harness's close() declares Exception.
@SuppressWarnings("try")
public final class ResolveHarness
    extends KeyedBroadcastOperatorTestHarness<String, ResolveInput, Announcement, SinkInput> {

  public ResolveHarness(Projection projection, ResolveSettings settings) throws Exception {
    this(projection, settings, false);
  }

  public ResolveHarness(Projection projection, ResolveSettings settings, boolean firstTouch)
      throws Exception {
    this(projection, settings, firstTouch, TargetCollections.unknown());
  }

  public ResolveHarness(
      Projection projection, ResolveSettings settings, boolean firstTouch, TargetCollections target)
      throws Exception {
    this(new ReceiptTree(), projection, settings, firstTouch, target);
  }

  /** The operator of any domain. */
  public ResolveHarness(
      EntityTree tree,
      Projection projection,
      ResolveSettings settings,
      boolean firstTouch,
      TargetCollections target)
      throws Exception {
    super(
        new CoBroadcastWithKeyedOperator<>(
            new ResolveFacts(tree, projection, settings, firstTouch, target, UpdateKeys.CHANGED),
            List.of(ResolveFacts.TABLE_READ, ResolveFacts.REWRITES)),
        ResolveInput::partition,
        Types.STRING,
        1,
        1,
        0);
    setStateBackend(new EmbeddedRocksDBStateBackend());
    getExecutionConfig()
        .getSerializerConfig()
        .configure(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
            ResolveHarness.class.getClassLoader());
  }

  /** The mutations since the start, or since the output was cleared; reports are left out. */
  public List<Mutation> mutations() {
    return extractOutputValues().stream()
        .map(SinkInput::mutation)
        .filter(mutation -> mutation != null)
        .toList();
  }

  /** The report that was emitted last; null if anything follows it. */
  public RunReport lastReport() {
    List<SinkInput> emitted = extractOutputValues();
    return emitted.get(emitted.size() - 1).report();
  }

  public void process(FactChange change) throws Exception {
    processElement(ResolveInput.of(change), millis(change.version()));
  }

  public void process(DeltaStep step) throws Exception {
    processElement(ResolveInput.of(step), millis(step.version()));
  }

  public void process(SnapshotFacts listed) throws Exception {
    processElement(ResolveInput.of(listed), millis(listed.asOf()));
  }

  /** The whole table was read, and what it lists has come. */
  public void tableRead(Version asOf) throws Exception {
    processBroadcastElement(Announcement.of(asOf), millis(asOf));
  }

  /** Chroma went back; a rewrite begins 10 ms after that was noticed, if it is due. */
  public void rolledBack(Rollback rollback) throws Exception {
    setProcessingTime(Math.max(getProcessingTime(), rollback.noticed() + 10));
    processBroadcastElement(Announcement.of(rollback), rollback.noticed());
  }

  /** Event time has come to this second, on both inputs. */
  public void watermark(int second) throws Exception {
    watermark(TimeUnit.SECONDS.toMillis(second));
  }

  /** The input has ended, and with it event time. */
  public void endOfInput() throws Exception {
    watermark(Long.MAX_VALUE);
  }

  /** The images of which something is remembered: facts, vectors, or what waits. */
  public Set<String> images() {
    Set<String> images = new TreeSet<>();
    KeyedStateBackend<String> backend = getOperator().getKeyedStateBackend();
    for (String state : List.of("chunks", "vectors", "waiting")) {
      try (Stream<String> keys = backend.getKeys(state, VoidNamespace.INSTANCE)) {
        keys.forEach(images::add);
      }
    }
    return images;
  }

  /** A counter of the operator, as a checkpoint taken now would hold it. */
  public long count(String name) throws Exception {
    snapshot(Long.MAX_VALUE, 0);
    long count = 0;
    for (Count each :
        getOperator()
            .getOperatorStateBackend()
            .getListState(new ListStateDescriptor<>("counters", TypeInformation.of(Count.class)))
            .get()) {
      count += each.name().equals(name) ? each.count() : 0;
    }
    return count;
  }

  private static long millis(Version version) {
    return TimeUnit.MICROSECONDS.toMillis(version.micros());
  }
}
