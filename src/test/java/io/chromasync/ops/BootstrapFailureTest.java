package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Version;
import io.chromasync.resolve.rules.PartitionState;
import io.chromasync.testing.FakeS3;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Flink lets an exception of a task that writes state vanish with its thread; {@code bin/bootstrap}
 * does not.
 */
@Timeout(120)
class BootstrapFailureTest {

  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  /** Flink hands images to a task through a queue of 16. */
  private static final int MORE_THAN_QUEUED = 100;

  private final FakeS3 s3 = FakeS3.start("exports");
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @BeforeEach
  void useCredentials() {
    TestCredentials.use();
  }

  @AfterEach
  void close() {
    s3.close();
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "100, 2"})
  void aTaskThatFailsAtAnImageEndsIt(int images, int parallelism) throws Exception {
    int code = bootstrap(images, parallelism, asOf -> new FailAtImage(3));

    assertFailed(code, "image 3 cannot be written", images);
  }

  @Test
  void aTaskThatCannotWriteWhatItHasEndsIt() throws Exception {
    int code = bootstrap(10, 1, asOf -> new FailToSnapshot());

    assertFailed(code, "the disk is full", 10);
  }

  @Test
  void aTaskThatCannotBeginEndsIt() throws Exception {
    int code = bootstrap(MORE_THAN_QUEUED, 1, asOf -> new FailToInitialize());

    assertFailed(code, "task 0 closed before its end", MORE_THAN_QUEUED);
  }

  @Test
  void aTaskThatDiesOfAnErrorEndsIt() throws Exception {
    int code = bootstrap(MORE_THAN_QUEUED, 1, asOf -> new DieAtTheStart());

    assertFailed(code, "a class is missing", MORE_THAN_QUEUED);
  }

  @Test
  void aSavepointThatLacksImagesIsNone() throws Exception {
    Path metadata = Files.createFile(folder.resolve("_metadata"));

    assertThatThrownBy(() -> BootstrapRun.checkWritten(folder.toUri().toString(), 40, 39))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no savepoint at " + folder.toUri())
        .hasMessageContaining("of 40 resolved partitions, the state of 39 is written")
        .hasMessageContaining("Retry");
    assertThat(metadata).doesNotExist();
  }

  @Test
  void aSavepointOfAllImagesStays() throws Exception {
    Path metadata = Files.createFile(folder.resolve("_metadata"));

    BootstrapRun.checkWritten(folder.toUri().toString(), 40, 40);

    assertThat(metadata).exists();
  }

  private void assertFailed(int code, String reason, int images) {
    assertThat(err.toString())
        .contains("There is no savepoint at " + folder.resolve("out"))
        .contains(reason)
        .contains("Of %s resolved partitions, the state of 0 is written".formatted(images))
        .contains("Fix the cause and retry");
    assertThat(code).isEqualTo(1);
    assertThat(folder.resolve("out/_metadata")).doesNotExist();
  }

  private int bootstrap(
      int images,
      int parallelism,
      Function<Version, KeyedStateBootstrapFunction<String, PartitionState>> writer)
      throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        """
        [{"PropertyGroupId": "source", "PropertyMap": {"stream-arn": "%s"}},
         {"PropertyGroupId": "snapshot", "PropertyMap": {"export-endpoint": "%s"}}]
        """
            .formatted(FakeStreams.ARN, s3.endpoint()));
    CommandLine command = Bootstrap.commandLine(writer).setErr(new PrintWriter(err, true));
    return command.execute(
        "--export",
        export(images),
        "--config",
        config.toString(),
        "--out",
        folder.resolve("out").toString(),
        "--parallelism",
        "" + parallelism);
  }

  private String export(int images) {
    List<TableItem> items =
        IntStream.range(0, images).mapToObj(n -> Items.image("image" + n)).toList();
    TableExport export = TableExport.full("Receipts", "", "0001", NOON).file(items);
    export.objects().forEach(s3::put);
    return "s3://exports/" + export.folder();
  }

  /** Of each task that gets so far. */
  private static final class FailAtImage
      extends KeyedStateBootstrapFunction<String, PartitionState> {

    private static final long serialVersionUID = 1;

    private final int at;
    private int images;

    FailAtImage(int at) {
      this.at = at;
    }

    @Override
    public void processElement(PartitionState image, Context context) {
      images++;
      if (images == at) {
        throw new IllegalStateException("image %s cannot be written".formatted(at));
      }
    }
  }

  private static class WriteNothing extends KeyedStateBootstrapFunction<String, PartitionState>
      implements CheckpointedFunction {

    private static final long serialVersionUID = 1;

    @Override
    public void processElement(PartitionState image, Context context) {}

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {}

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {}
  }

  private static final class FailToSnapshot extends WriteNothing {

    private static final long serialVersionUID = 1;

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws IOException {
      throw new IOException("the disk is full");
    }
  }

  private static final class FailToInitialize extends WriteNothing {

    private static final long serialVersionUID = 1;

    @Override
    public void initializeState(FunctionInitializationContext context) throws IOException {
      throw new IOException("there is no disk");
    }
  }

  private static final class DieAtTheStart extends WriteNothing {

    private static final long serialVersionUID = 1;

    @Override
    public void initializeState(FunctionInitializationContext context) {
      throw new NoClassDefFoundError("a class is missing");
    }
  }
}
