package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.testing.KinesisLocal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job on Kinesis, which has changes late, twice and in another order; and moved by savepoint
 * from the table's own stream to Kinesis and back, while the table is edited.
 */
@Timeout(600)
@Tag("long")
final class MoveToKinesisIT {

  private static final Duration LONG = Duration.ofMinutes(3);

  /** The middle of all hash keys. */
  private static final String MIDDLE = "170141183460469231731687303715884105728";

  @TempDir private Path folder;

  @Test
  void aJobMovedToKinesisAndBackEndsInAgreement() throws Exception {
    try (Table table = new Table(1, 2)) {
      Stage stage = table.stage;
      awaitNextMinute(stage);
      stage.load();
      stage.startJob();
      edit(stage, 20);

      // When
      stop(stage);
      edit(stage, 20);
      table.readKinesis();
      stage.startJob("--from", "latest");
      assertMoved(stage, "arn:aws:dynamodb:", "arn:aws:kinesis:");
      edit(stage, 20);
      agree(stage);
      edit(stage, 20);

      stop(stage);
      edit(stage, 20);
      stage.readTableStream();
      stage.startJob("--from", "latest");
      assertMoved(stage, "arn:aws:kinesis:", "arn:aws:dynamodb:");
      edit(stage, 20);

      // Then
      stage.traffic().bringBack();
      agree(stage);
    }
  }

  @Test
  void aJobThatReadsKinesisAloneEndsInAgreementWhileShardsAreSplitAndMerged() throws Exception {
    try (Table table = new Table(2, 1)) {
      Stage stage = table.stage;
      table.readKinesis();
      stage.load();
      stage.startJob();
      edit(stage, 20);
      table.kinesis.split("changes", "shardId-000000000000", MIDDLE);
      edit(stage, 20);
      table.kinesis.merge("changes", "shardId-000000000001", "shardId-000000000002");
      edit(stage, 20);
      stage.traffic().bringBack();
      agree(stage);
    }
  }

  /** DynamoDB Local tells only the minute of a change: this one began before Kinesis was there. */
  private static void awaitNextMinute(Stage stage) {
    Instant next = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    stage.await("the next minute", LONG, () -> !Instant.now().isBefore(next));
  }

  private static void assertMoved(Stage stage, String from, String to) throws IOException {
    assertThat(Files.readString(stage.state().resolve("job.log")))
        .containsPattern("Migrated to another stream[^:]*: from=%s\\S+ to=%s".formatted(from, to));
  }

  private static void stop(Stage stage) throws Exception {
    assertThat(stage.job().stop()).as(stage.job().output()).isZero();
  }

  private static void edit(Stage stage, int edits) {
    for (int edit = 0; edit < edits; edit++) {
      stage.traffic().next();
    }
  }

  private static void agree(Stage stage) {
    stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    assertThat(agreements).as(Agreement.report(agreements)).allMatch(Agreement::holds);
    Accounting accounting = new Accounting(stage.flink()::sum);
    stage.await("all that was read to be accounted for", LONG, accounting::holds);
  }

  /** A table whose changes go to Kinesis too. */
  private final class Table implements AutoCloseable {

    private final KinesisLocal kinesis = KinesisLocal.start(SampleTable.REGION);
    private final String arn;
    private final Stage stage;
    private final TableReplicator replicator;

    Table(int number, int shards) throws Exception {
      long seed = Long.getLong("seed", number);
      System.out.println("seed=" + seed);
      arn = kinesis.createStream("changes", shards);
      Clock clock = Clock.systemUTC();
      stage = new Stage(new Stage.Settings(folder, Path.of("flink-conf"), seed, 2), clock);
      replicator =
          TableReplicator.start(
              URI.create(stage.servers().dynamoDb()), kinesis.client(), "changes", clock, seed);
    }

    void readKinesis() {
      stage.readKinesis(arn, kinesis.endpoint());
    }

    @Override
    public void close() {
      try (kinesis;
          stage) {
        replicator.close();
      }
    }
  }
}
