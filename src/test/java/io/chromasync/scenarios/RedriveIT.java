package io.chromasync.scenarios;

import static io.chromasync.receipts.ReceiptTree.WORDS;
import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.GraphRun;
import io.chromasync.JobCounters;
import io.chromasync.Run;
import io.chromasync.Runs;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.CollectionName;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RecordKey;
import io.chromasync.ops.Redrive;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Items;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dead letter and its way back: from the job to the folder, by the tool, into the job again. */
@Tag("long")
final class RedriveIT {

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  private static ChromaServer server;
  private static Runs runs;

  private final String image = UUID.randomUUID().toString();
  private final RecordKey word = ReceiptTree.word(image, 1, 2, 1);
  private GraphRun job;
  private Scenario scenario;

  @BeforeAll
  static void start() {
    server = ChromaServer.startEmpty();
    runs = Runs.start();
  }

  @AfterAll
  static void stop() {
    runs.close();
    server.close();
  }

  @BeforeEach
  void open() {
    job = GraphRun.into(server.url(), 500, runs.ends(), COUNTERS);
    scenario = new Scenario(job, server.url());
  }

  @Test
  void aRunThatFailedIsCompletedOnceItsDeltaIsThereAndItsLettersAreRedriven() {
    Run run = runs.announce(new Run(image, 1, 1).word(2, 1).row(2));
    scenario.arrives(run.inserted(10)).settles();
    assertThat(runs.state(run, WORDS)).isEqualTo("FAILED");
    assertThat(job.deadLetters()).hasSize(2);

    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      runs.upload(run, collection, runs.archive(run, collection));
    }
    redrive();
    new Scenario(job, server.url()).arrives(anotherImage()).settles();

    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      assertThat(runs.state(run, collection)).isEqualTo("COMPLETED");
      assertThat(runs.merged(run, collection)).isEqualTo(1);
    }
    assertThat(scenario.stored(word).document()).isEqualTo(run.document());
  }

  @Test
  void anOldLetterOverwritesNothingNewer() {
    Run old = runs.announce(new Run(image, 1, 1).word(2, 1).row(2));
    scenario.arrives(old.inserted(10)).settles();
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      runs.upload(old, collection, runs.archive(old, collection));
    }
    Run newer = runs.produce(new Run(image, 1, 2).word(2, 1).row(2));

    redrive();
    scenario.arrives(newer.inserted(20)).settles();

    assertThat(scenario.stored(word).document()).isEqualTo(newer.document());
    assertThat(scenario.stored(word).embedding()).isEqualTo(newer.vector());
    assertThat(runs.state(old, WORDS)).isEqualTo("COMPLETED");
  }

  private void redrive() {
    int exit =
        Redrive.commandLine(InstantSource.system(), InputStream.nullInputStream())
            .execute(
                "--from",
                job.deadLetterFolder().toString(),
                "--to",
                job.redriveFolder().toString(),
                "--yes");
    assertThat(exit).isZero();
  }

  private static ItemChange anotherImage() {
    return insert(Items.word(UUID.randomUUID().toString(), 1, 1, 1, "TAX"), at(1));
  }
}
