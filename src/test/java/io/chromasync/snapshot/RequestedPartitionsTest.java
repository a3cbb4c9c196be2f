package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Announcement;
import io.chromasync.model.EntityKey;
import io.chromasync.model.RecordKey;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.ResolveInput.Query;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.runtime.IdleWatermarks;
import io.chromasync.testing.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // CloseableIterator.close() may be interrupted, which javac frowns on.
class RequestedPartitionsTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir private Path folder;

  private static final RecordKey ORPHAN =
      new RecordKey(
          ReceiptTree.WORDS, "a b#c", EntityKey.PARTITION, "somebody's  note, with 100 % spaces");

  @Test
  void everyFileThatAppearsIsReadOnceAndWhatIsNoImageIsLeftOut() throws Exception {
    Files.writeString(folder.resolve("one.txt"), "a\n\nIMAGE#x\n#runs IMAGE#x\n#runs\n b \n");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));

    try (CloseableIterator<SnapshotRequest> requests =
        RequestedPartitions.requests(
                env,
                folder.toUri().toString(),
                Duration.ofMillis(100),
                new Receipts(),
                new IdleWatermarks<>())
            .executeAndCollect()) {
      assertThat(List.of(requests.next(), requests.next()))
          .containsExactly(new SnapshotRequest("a", true), new SnapshotRequest("b", true));
      // At once, as bin/snapshot does: what grows while it is read fails a file source.
      Path hidden = Files.writeString(folder.resolve(".two.txt"), "#runs c\n");
      Files.move(hidden, folder.resolve("two.txt"));
      assertThat(requests.next()).isEqualTo(new SnapshotRequest("c", true, true));
    }
  }

  @Test
  void aQueryLeavesBesideTheImages() throws Exception {
    Query query = new Query("q-1", "a");
    Files.writeString(
        folder.resolve("one.txt"),
        RequestedPartitions.query(query)
            + "\n#query q-2 IMAGE#x\n#query a\n#orphan words\n"
            + RequestedPartitions.orphan(ORPHAN.collection(), ORPHAN.partition(), ORPHAN.id())
            + "\n");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));

    try (CloseableIterator<ResolveInput> queries =
        RequestedPartitions.requests(
                env, folder.toUri().toString(), null, new Receipts(), new IdleWatermarks<>())
            .getSideOutput(RequestedPartitions.QUERIES)
            .executeAndCollect()) {
      assertThat(queries.next()).isEqualTo(ResolveInput.of(query));
      assertThat(queries.next()).isEqualTo(ResolveInput.of(ORPHAN));
      assertThat(queries.hasNext()).isFalse();
    }
  }

  @Test
  void c02ARollbackLeavesBesideTheImages() throws Exception {
    Rollback rollback = new Rollback(1, 2, 3, -4);
    Files.writeString(folder.resolve("one.txt"), rollback.line() + "\n#rewrite\n");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));

    try (CloseableIterator<Announcement> rollbacks =
        RequestedPartitions.requests(
                env, folder.toUri().toString(), null, new Receipts(), new IdleWatermarks<>())
            .getSideOutput(RequestedPartitions.ROLLBACKS)
            .executeAndCollect()) {
      assertThat(rollbacks).toIterable().containsExactly(Announcement.of(rollback));
    }
  }

  /** The client that submits the job may not see the file system of the cluster. */
  @Test
  void watchedFoldersAreMadeWhereTheyAreListedAndAgainWhenTheyVanish() throws Exception {
    Path missing = folder.resolve("x/y");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);

    try (CloseableIterator<SnapshotRequest> requests =
        RequestedPartitions.requests(
                env,
                missing.toUri().toString(),
                Duration.ofMillis(100),
                new Receipts(),
                new IdleWatermarks<>())
            .executeAndCollect()) {
      Awaitility.await().atMost(LONG).until(() -> Files.isDirectory(missing));
      Files.delete(missing);
      Awaitility.await().atMost(LONG).until(() -> Files.isDirectory(missing));
      Path hidden = Files.writeString(missing.resolve(".one.txt"), "a\n");
      Files.move(hidden, missing.resolve("one.txt"));

      assertThat(requests.next()).isEqualTo(new SnapshotRequest("a", true));
    }
    // A job that has not quite ended makes the folder again, also while JUnit deletes it.
    new TemporaryFolder(missing).close();
    Awaitility.await()
        .atMost(LONG)
        .during(Duration.ofMillis(500))
        .until(() -> !Files.deleteIfExists(missing));
  }
}
