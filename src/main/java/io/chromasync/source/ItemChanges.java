package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.source.SourceSettings.Reading;
import java.io.Serializable;
import java.time.Clock;
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
 * All changes of a table's items, at least once; after a failure some come again. The table's own
 * stream brings those of an item in their order along each shard's lineage, Kinesis in any order.
 * Each carries the time of its version as its timestamp.
 *
 * <p>Only {@link #from} is seen by others, as a plain Flink source, so that AWS's own connector
 * could take its place.
 */
public final class ItemChanges
    implements Source<ItemChange, ShardSplit, LineageState>,
        ResultTypeQueryable<ItemChange>,
        SupportsSplitReassignmentOnRecovery {

  private final String stream;
  private final Reading reading;
  private final Pacing pacing;

  ItemChanges(String stream, Reading reading, Pacing pacing) {
    this.stream = stream;
    this.reading = reading;
    this.pacing = pacing;
  }

  /**
   * Looks up the stream, checks it, and returns the source that reads it.
   *
   * @param filter of which changes the items are wanted
   * @throws io.chromasync.config.InvalidSettings if the stream cannot be used as it is, with one
   *     sentence that names the setting and its value
   * @throws io.chromasync.start.Unready likewise, if AWS does not say for now
   */
  public static Source<ItemChange, ?, ?> from(SourceSettings settings, ItemFilter filter) {
    Clock clock = Clock.systemUTC();
    if (settings.type() == SourceSettings.Type.NONE) {
      return new NoChanges(clock);
    }
    Reading reading = settings.reading().at(clock.instant());
    Found found =
        settings.type() == SourceSettings.Type.KINESIS
            ? KinesisLookup.find(settings, filter)
            : new Found(
                StreamLookup.find(settings),
                new DynamoDbStream.Factory(StreamLookup.located(settings.access()), filter));
    return new ItemChanges(
        found.stream(), reading, new Pacing(found.streams(), Pace.STANDARD, clock));
  }

  /** A stream that was found, and how to read it. */
  record Found(String stream, ShardStream.Factory streams) {}

  /**
   * Which stream kind is read, how often it is asked, and what time it is.
   *
   * @param clock serializable, as all of this is part of the job
   */
  record Pacing(ShardStream.Factory streams, Pace pace, InstantSource clock)
      implements Serializable {}

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<ItemChange, ShardSplit> createReader(SourceReaderContext context) {
    return ShardReader.of(pacing.streams(), rules(), context);
  }

  @Override
  public SplitEnumerator<ShardSplit, LineageState> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    return enumerator(context, new Lineage(stream, reading.start()));
  }

  @Override
  public SplitEnumerator<ShardSplit, LineageState> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, LineageState state) {
    return enumerator(context, Lineage.restored(state, reading.start()));
  }

  @Override
  public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return new ShardSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<LineageState> getEnumeratorCheckpointSerializer() {
    return new LineageStateSerializer();
  }

  @Override
  public TypeInformation<ItemChange> getProducedType() {
    return TypeInformation.of(ItemChange.class);
  }

  private ShardEnumerator enumerator(SplitEnumeratorContext<ShardSplit> context, Lineage lineage) {
    return new ShardEnumerator(context, pacing.streams(), lineage, rules());
  }

  private ReadingRules rules() {
    return new ReadingRules(stream, reading, pacing.pace(), pacing.clock());
  }
}
