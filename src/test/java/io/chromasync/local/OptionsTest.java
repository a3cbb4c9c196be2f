package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.ops.Bootstrap;
import io.chromasync.ops.Fork;
import io.chromasync.ops.Redrive;
import io.chromasync.ops.RequestSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What each tool says of options that are typed wrong, before it starts anything. */
class OptionsTest {

  @TempDir private Path folder;

  @BeforeEach
  void writeSettings() throws IOException {
    Files.writeString(folder.resolve("file"), "[]");
    Files.createDirectory(folder.resolve("empty"));
  }

  /** {@code DIR} is a folder with a file and an empty folder. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job --config DIR/file --state DIR/file | --state must be a folder but was 'DIR/file'",
        "job --config DIR/file --state DIR/file/x | --state must be a folder that can be made but",
        "job --config DIR/file --state /proc/x | --state must be a folder that can be made but was",
        "job --config DIR/file --state DIR/a\\b | --state must have no backslash but was 'DIR/a\\b'",
        "job --config DIR/file --state ~/x | --state must not begin with ~",
        "job --config DIR/file --state EMPTY | --state must not be empty but was ''",
        "job --config DIR/file --state | --state needs a value",
        "job --config DIR/file --state a --state b | --state must be given once",
        "job --config DIR/file --ui-port 70000 | --ui-port must be 0 to 65535 but was '70000'",
        "job --config DIR/file --ui-port -1 | --ui-port must be 0 to 65535 but was '-1'",
        "job --config DIR/file --ui-port x | --ui-port must be an integer but was 'x'",
        "job --config DIR/file --ui-port TAKEN | --ui-port must be a port that can be opened",
        "job --config DIR/file --from DIR/file | --from must name a savepoint or checkpoint",
        "job --config DIR/file --from DIR/empty | --from must name a savepoint or checkpoint",
        "job --config DIR/file --from DIR/none | --from must name a savepoint or checkpoint",
        "job --config DIR/file --from ftp://x/y | --from must be on a file system that is known",
        "job --config DIR/file --from latest | --from found no complete checkpoint below",
        "job --config DIR/file --parallelism 0 | --parallelism must be 1 to 128 but was '0'",
        "job --config DIR/file --parallelism 300 | --parallelism must be 1 to 128 but was '300'",
        "job --config DIR/file --conf DIR/empty | --conf must hold a config.yaml but was",
        "job --config DIR/none | --config must be a file that can be read but was 'DIR/none'",
        "job --config DIR/empty | --config must be a file that can be read but was 'DIR/empty'",
        "job --config DIR/file --stat x | '--stat' is unknown; did you mean --state?",
        "job --config DIR/file x | 'x' is unknown",
        "job | --config must be given",
        "demo --images 0 | --images must be 1 to 10000 but was '0'",
        "demo --edits -1 | --edits must be at least 1 but was '-1'",
        "demo --rate 0 | --rate must be at least 1 but was '0'",
        "demo --seed x | --seed must be an integer but was 'x'",
        "cluster nothing | 'nothing' is unknown",
        "cluster start --dir DIR/file | --dir must be a folder but was 'DIR/file'",
        "cluster start --dir DIR/a --task-managers 0 | --task-managers must be at least 1 but was",
        "cluster start --dir DIR/a --ui-port 70000 | --ui-port must be 0 to 65535 but was '70000'",
        "cluster submit --dir DIR/a --config DIR/none | --config must be a file that can be read",
        "cluster submit --dir DIR/a --config DIR/file --from DIR/file | --from must name a savepoint",
        "cluster submit --dir DIR/a --config DIR/file --from latest | --from found no complete",
        "cluster submit --dir DIR/a --config DIR/file --parallelism 300 | --parallelism must be 1 to",
        "cluster rescale --dir DIR/a 0 | N must be 1 to 128 but was '0'",
        "cluster rescale --dir DIR/a many | N must be an integer but was 'many'",
        "cluster logs --dir DIR/empty | --dir must be of a cluster that was started but was",
        "cluster logs --dir DIR/empty --lines 0 | --lines must be at least 1 but was '0'",
        "bootstrap --export s3://bucket/AWSDynamoDB/e --config DIR/none --out DIR/out | --config must name a file of text but",
        "bootstrap --export b/e --config DIR/file --out DIR/out | --export must be like s3://bucket",
        "bootstrap --export s3://bucket/AWSDynamoDB/e --config DIR/file --out DIR/o --parallelism 300 |"
            + " --parallelism must be 1 to 128 but was '300'",
        "bootstrap --config DIR/file | --export and --out must be given",
        "fork --from DIR/none --to DIR/file | --from must name a file of text but was 'DIR/none'",
        "fork --from DIR/file | --to must be given",
        "redrive --from DIR/none | --from must name a folder or file but was 'DIR/none'",
        "redrive --from ftp://x/y | --from must be on a file system that is known here but was",
        "redrive --from DIR/empty --reason odd | --reason must be one of [",
        "redrive --from EMPTY | --from must not be empty but was ''",
        "snapshot --to DIR/out --partition | --partition needs a value",
        "snapshot --to ftp://x/y --partition a | --to must be on a file system that is known here but",
        "snapshot --to DIR/out --partitions-from DIR/none | --partitions-from must name a file of text but was",
        "samples --dynamodb http://x --s3 http://y --images 0 | --images must be at least 1 but was",
        "samples --dynamodb http://x | --s3 must be given",
        "replicate --dynamodb http://x --kinesis | --kinesis needs a value",
      })
  void c08WhatIsTypedWrongIsRefusedInOneSentence(String typed, String sentence) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      List<String> words =
          Stream.of(typed.split(" ", -1))
              .map(word -> word.equals("EMPTY") ? "" : word.replace("TAKEN", port))
              .map(word -> word.replace("DIR", folder.toString()))
              .toList();

      Printed printed = run(words);

      assertThat(printed.err).startsWith(sentence.replace("DIR", folder.toString()));
      assertThat(printed.err.strip().lines()).as(printed.err).hasSize(1);
      assertThat(printed.exitCode).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job",
        "demo",
        "cluster",
        "cluster start",
        "cluster demo",
        "bootstrap",
        "fork",
        "redrive",
        "snapshot",
        "samples",
        "replicate"
      })
  void c08HelpIsPrintedOnRequestAlone(String tool) {
    Printed printed = run(List.of((tool + " --help").split(" ", -1)));

    assertThat(printed.out).startsWith("Usage: ").contains("--help");
    assertThat(printed.err).isEmpty();
    assertThat(printed.exitCode).isZero();
  }

  @Test
  void c04ANameThatBeginsWithAnAtSignIsNoFileOfOptions() {
    Printed printed = run(List.of("fork", "--from", "@" + folder.resolve("file"), "--to", "x"));

    assertThat(printed.err).startsWith("--from must name a file of text but was '@" + folder);
  }

  private record Printed(int exitCode, String out, String err) {}

  private static Printed run(List<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    int exitCode =
        tool(words.get(0))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Printed(exitCode, out.toString(), err.toString());
  }

  private static CommandLine tool(String name) {
    return switch (name) {
      case "job" -> JobRunner.commandLine();
      case "demo" -> Demo.commandLine();
      case "cluster" -> Cluster.command();
      case "bootstrap" -> Bootstrap.commandLine();
      case "fork" -> Fork.commandLine();
      case "redrive" -> Redrive.commandLine(InstantSource.system(), InputStream.nullInputStream());
      case "snapshot" -> RequestSnapshot.commandLine(InstantSource.system());
      case "samples" -> LoadSamples.commandLine();
      case "replicate" -> ReplicateTable.commandLine();
      default -> throw new IllegalArgumentException(name + " is no tool");
    };
  }
}
