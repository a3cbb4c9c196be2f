package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.source.kinesis.KinesisLookup;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StartPosition;
import java.io.Serializable;
import java.time.Clock;
import java.time.InstantSource;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/**
 * Source of all changes of a table's items, at-least-once: changes may repeat after a failure.
 * DynamoDB Streams delivers the changes of an item in order along each shard's lineage, Kinesis in
 * any order. The Flink timestamp of a change is the time of its version, but at most the creation
 * time of its stream record.
 *
 * <p>Other packages use only {@link #from}, which returns a plain Flink source, so that AWS's own
 * connector could replace it.
 */
public final class ItemChanges implements ChangeSource {

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
   * @param filter selects the changes whose items are needed
   * @throws io.chromasync.config.InvalidSettings if the stream is unusable, with one sentence that
   *     names the setting and its value
   * @throws io.chromasync.start.Unready with such a sentence, after a transient error of AWS
   */
  public static Source<ItemChange, ?, ?> from(SourceSettings settings, ItemFilter filter) {
    Clock clock = Clock.systemUTC();
    if (settings.type() == SourceSettings.Type.NONE) {
      return new DisabledSource(clock);
    }
    Reading reading = settings.reading().at(clock.instant());
    Found found =
        settings.type() == SourceSettings.Type.KINESIS
            ? KinesisLookup.find(settings, filter)
            : new Found(
                StreamLookup.find(settings),
                new DynamoDbStream.Factory(StreamLookup.located(settings.access()), filter));
    return new ItemChanges(
        found.stream(), reading, new Pacing(found.streams(), PollIntervals.STANDARD, clock));
  }

  /** Stream with the factory of its clients. */
  public record Found(String stream, ShardStream.Factory streams) {}

  /**
   * Factory of stream clients, poll intervals, and clock.
   *
   * @param clock serializable, as all components are part of the job
   */
  record Pacing(ShardStream.Factory streams, PollIntervals pace, InstantSource clock)
      implements Serializable {}

  @Override
  public SourceReader<ItemChange, ShardSplit> createReader(SourceReaderContext context) {
    return ShardReader.of(pacing.streams(), rules(), context);
  }

  @Override
  public String stream() {
    return stream;
  }

  @Override
  public StartPosition start() {
    return reading.start();
  }

  @Override
  public ShardEnumerator enumerator(SplitEnumeratorContext<ShardSplit> context, Lineage lineage) {
    return new ShardEnumerator(context, pacing.streams(), lineage, rules());
  }

  private ReadingRules rules() {
    return new ReadingRules(stream, reading, pacing.pace(), pacing.clock());
  }
}
