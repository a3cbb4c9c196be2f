package io.chromasync.snapshot;

import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableLayout;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.SnapshotSettings.Mode;
import io.chromasync.snapshot.export.ExportLines;
import io.chromasync.snapshot.export.ExportPlan;
import io.chromasync.snapshot.export.ObjectStore;
import io.chromasync.snapshot.export.S3Objects;
import io.chromasync.snapshot.scan.ReadBudget;
import io.chromasync.snapshot.scan.ScanPages;
import io.chromasync.snapshot.scan.ScanPlan;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Source that reads the whole table, once per name. A scan emits every partition as one snapshot;
 * exports emit items in pieces.
 *
 * <p>When everything was emitted and a later checkpoint is complete, a last snapshot marks
 * everything not listed as deleted. A job without checkpoints therefore never emits it, nor does a
 * snapshot of only a part of the table.
 *
 * <p>Other modes read nothing, and keep the state of an unfinished snapshot. After the end, the
 * source stays idle. So a job has the same graph, and a savepoint fits, whatever the mode is.
 */
public final class Snapshots
    implements Source<SnapshotPart, SnapshotSplit, SnapshotState>,
        ResultTypeQueryable<SnapshotPart>,
        SupportsSplitReassignmentOnRecovery {

  private final SnapshotSettings settings;
  private final TableLayout layout;
  private final boolean bounded;
  private final Duration mostAge;
  private final Pacing pacing;

  Snapshots(
      SnapshotSettings settings,
      TableLayout layout,
      boolean bounded,
      Duration mostAge,
      Pacing pacing) {
    this.settings = settings;
    this.layout = layout;
    this.bounded = bounded;
    this.mostAge = mostAge;
    this.pacing = pacing;
  }

  /**
   * Creates the source.
   *
   * @param layout partitions of the table, and attributes to read
   * @param mostAge maximum age of exports; null = any age
   */
  public static Source<SnapshotPart, ?, ?> source(
      SnapshotSettings settings, TableLayout layout, Duration mostAge) {
    return new Snapshots(settings, layout, false, mostAge, Pacing.standard());
  }

  /**
   * Retry policy and clock, which are the same for every snapshot.
   *
   * @param clock serializable, because this record is part of the job
   */
  record Pacing(RetryPolicy retries, InstantSource clock) implements java.io.Serializable {

    static Pacing standard() {
      return new Pacing(RetryPolicy.FOUR_MINUTES, Clock.systemUTC());
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return bounded ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<SnapshotPart, SnapshotSplit> createReader(SourceReaderContext context) {
    ReadBudget budget = new ReadBudget();
    SnapshotMetrics metrics = SnapshotMetrics.register(context.metricGroup());
    return new SnapshotReader(
        () -> reading(budget, metrics),
        budget,
        new SnapshotReader.Progress(metrics, pacing.clock(), context.getIndexOfSubtask()),
        context);
  }

  @Override
  public SplitEnumerator<SnapshotSplit, SnapshotState> createEnumerator(
      SplitEnumeratorContext<SnapshotSplit> context) {
    return restoreEnumerator(context, SnapshotState.none());
  }

  @Override
  public SplitEnumerator<SnapshotSplit, SnapshotState> restoreEnumerator(
      SplitEnumeratorContext<SnapshotSplit> context, SnapshotState state) {
    return new SnapshotEnumerator(context, rules(), state);
  }

  @Override
  public SimpleVersionedSerializer<SnapshotSplit> getSplitSerializer() {
    return new SplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<SnapshotState> getEnumeratorCheckpointSerializer() {
    return new SnapshotStateSerializer();
  }

  @Override
  public TypeInformation<SnapshotPart> getProducedType() {
    return TypeInformation.of(SnapshotPart.class);
  }

  private SnapshotReading reading(ReadBudget budget, SnapshotMetrics metrics) {
    boolean scan = settings.mode() == Mode.SCAN;
    TableReader table = scan ? TableReader.open(settings.access(), settings.table(), layout) : null;
    ObjectStore exports =
        settings.mode() == Mode.EXPORT ? S3Objects.open(settings.export().access()) : null;
    return new SnapshotReading(
        table,
        new ScanPages(
            table,
            new ScanPages.Reading(settings.margin(), pacing.retries(), pacing.clock()),
            budget,
            metrics),
        exports,
        new ExportLines(exports, layout, pacing.retries(), metrics));
  }

  private SnapshotRules rules() {
    int rate = settings.mode() == Mode.SCAN ? settings.scan().rate() : 0;
    return new SnapshotRules(settings.id(), settings.mode().isWhole(), plan(), rate, bounded);
  }

  private SnapshotPlan plan() {
    return switch (settings.mode()) {
      case NONE, FIRST_TOUCH -> null;
      case SCAN ->
          new ScanPlan(
              settings.id(), settings.scan().segments(), settings.margin(), pacing.clock());
      case EXPORT ->
          new ExportPlan(
              settings.id(),
              settings.export(),
              settings.table(),
              settings.margin(),
              new AgeLimit(mostAge, pacing.clock()),
              rules -> S3Objects.open(rules.access()));
    };
  }
}
