package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.ItemChange;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShardReaderTest {

  private final FakeStreams stream = FakeStreams.start(1, 1);
  private final CountingMetrics metrics = new CountingMetrics();
  private final TestingReaderContext context =
      new TestingReaderContext(new Configuration(), InternalSourceReaderMetricGroup.mock(metrics));
  private final TestingReaderOutput<ItemChange> output = new TestingReaderOutput<>();
  private ShardReader reader;

  @BeforeAll
  static void warmUp() {
    WarmNetty.up();
  }

  @BeforeEach
  void open() {
    reader =
        ShardReader.of(
            new DynamoDbStream.Factory(
                new AwsAccess(TestCredentials.REGION, stream.endpoint()),
                ItemFilter.ALL,
                Duration.ZERO),
            new ReadingRules(
                FakeStreams.ARN,
                new Reading(StartPosition.TRIM_HORIZON, OnGap.FAIL, null),
                PollIntervals.STANDARD,
                Clock.systemUTC()),
            context);
  }

  @AfterEach
  void close() throws Exception {
    reader.close();
    stream.close();
  }

  @Test
  void aFinishedShardStaysInTheStateUntilItsFinishIsRecorded() throws Exception {
    // Given
    String shard = stream.shardOf("x");
    stream.put("x", "1");
    String last = stream.put("x", "2");
    stream.rotate(shard);

    // When
    reader.addSplits(List.of(split(shard, Position.EVERYTHING)));
    pollUntilFinished(shard);

    // Then
    assertThat(reader.snapshotState(1))
        .singleElement()
        .satisfies(split -> assertThat(split.finished()).isTrue())
        .satisfies(split -> assertThat(split.position().sequence()).isEqualTo(last));

    reader.handleSourceEvents(new FinishedShardsAcked(Set.of(shard)));
    assertThat(reader.snapshotState(2)).isEmpty();
  }

  @Test
  void whatIsOlderThanTheStartIsPassedOverButItsPositionCounts() throws Exception {
    // Given
    Instant start = Instant.now().minusSeconds(60);
    String shard = stream.shardOf("x");
    stream.put("x", "older", start.minusSeconds(1));
    String newer = stream.put("x", "newer", start.plusSeconds(1));
    String old = stream.put("x", "older again", start.minusSeconds(1));
    stream.rotate(shard);

    // When
    reader.addSplits(List.of(split(shard, start.toEpochMilli())));
    pollUntilFinished(shard);

    // Then
    assertThat(output.getEmittedRecords())
        .extracting(change -> change.version().sequence())
        .containsExactly(newer);
    assertThat(reader.snapshotState(1))
        .extracting(split -> split.position().sequence())
        .containsExactly(old);
    assertThat(context.getSentEvents())
        .containsExactly(
            new ShardsFinished(
                Map.of(
                    shard, start.plusSeconds(1).truncatedTo(ChronoUnit.SECONDS).toEpochMilli())));
    assertThat(metrics.count("records_passed_over")).isEqualTo(2);
    assertThat(metrics.count("records_read")).isEqualTo(3);
  }

  private void pollUntilFinished(String shard) {
    Awaitility.await()
        .until(
            () -> {
              reader.pollNext(output);
              return context.getSentEvents().stream()
                  .map(ShardsFinished.class::cast)
                  .anyMatch(event -> event.lastMillis().containsKey(shard));
            });
  }

  private static ShardSplit split(String shard, long fromMillis) {
    return ShardSplit.unread(
        FakeStreams.ARN, new Shard(shard, List.of()), Position.start(fromMillis, Instant.now()));
  }
}
