package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts of {@code bin}, where the clone has a name that many programs would read otherwise,
 * the locale knows no letter of it, and {@code cd} looks elsewhere first.
 */
final class ScriptsIT {

  private static final Path ROOT = Path.of("").toAbsolutePath();

  @TempDir private Path folder;
  private Path clone;
  private Path split;

  @BeforeEach
  void nameClone() throws IOException {
    clone = Files.createSymbolicLink(folder.resolve("my clone #1 50%20off ü~?"), ROOT);
    split = Files.createSymbolicLink(folder.resolve("a:b"), ROOT);
  }

  @AfterEach
  void deleteLinks() throws IOException {
    Files.delete(clone);
    Files.delete(split);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit",
        "bootstrap",
        "cluster",
        "demo",
        "explain",
        "fork",
        "job",
        "promote",
        "redrive",
        "snapshot",
        "wait"
      })
  void c04EachRunsFromAFolderOfAnyName(String script) throws Exception {
    Printed help = run(clone, script, "--help");

    assertThat(help.text).startsWith("Usage: bin/" + script + " ").doesNotContain("WARN");
    assertThat(help.exitCode).isZero();
  }

  @Test
  void c04AFolderOnWhichJavaWouldSplitItsClassPathIsRefused() throws Exception {
    Printed printed = run(split, "job", "--help");

    assertThat(printed.text)
        .isEqualTo("the folder of Chromasync must have no colon in its name but is '%s'\n", split);
    assertThat(printed.exitCode).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit",
        "bootstrap",
        "cluster",
        "demo",
        "explain",
        "fork",
        "job",
        "promote",
        "redrive",
        "snapshot",
        "wait"
      })
  void c08AnUnknownOptionIsRefusedInOneSentence(String script) throws Exception {
    Printed printed = run(clone, script, "--odd");

    assertThat(printed.text).startsWith("'--odd' is unknown").hasLineCount(1);
    assertThat(printed.exitCode).isEqualTo(2);
  }

  @Test
  void c09AToolThatOpensS3PrintsItsAnswerAlone() throws Exception {
    Printed printed =
        run(clone, "snapshot", "--to", "s3://bucket/x", "--partition", "a", "--dry-run");

    assertThat(printed.text)
        .isEqualTo(
            "1 partitions\nNothing is requested: --dry-run. The request would go to s3://bucket/x\n");
  }

  @Test
  void c05TwoScriptsThatFindNothingBuiltBuildOnce() throws Exception {
    // Given
    Path copy = Files.createDirectories(folder.resolve("copy/src")).getParent();
    Files.createFile(copy.resolve("pom.xml"));
    Files.createDirectory(copy.resolve("bin"));
    for (String script : new String[] {".build", "fork", "redrive"}) {
      Files.copy(ROOT.resolve("bin").resolve(script), copy.resolve("bin").resolve(script));
    }
    fake("java", "true");
    fake("npm", "true");
    fake("mvn", "echo built >>built\nsleep 2\nmkdir -p target/classpath\n:>target/classpath/flink");

    // When
    Process first = builder(copy, "fork", folder.resolve("first")).start();
    Process second = builder(copy, "redrive", folder.resolve("second")).start();

    // Then
    assertThat(first.waitFor()).as(Files.readString(folder.resolve("first"))).isZero();
    assertThat(second.waitFor()).as(Files.readString(folder.resolve("second"))).isZero();
    assertThat(Files.readAllLines(copy.resolve("built"))).containsExactly("built");
  }

  private void fake(String tool, String commands) throws IOException {
    Path file = Files.createDirectories(folder.resolve("fakes")).resolve(tool);
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private ProcessBuilder builder(Path home, String script, Path output, String... options) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin").resolve(script).toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().put("PATH", folder.resolve("fakes") + ":" + System.getenv("PATH"));
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("CDPATH", folder.toString());
    return builder.redirectErrorStream(true).redirectOutput(output.toFile());
  }

  private record Printed(int exitCode, String text) {}

  private Printed run(Path home, String script, String... options) throws Exception {
    Path output = Files.createTempFile(folder, "printed", ".txt");
    ProcessBuilder builder = builder(home, script, output, options);
    builder.environment().put("CHROMASYNC_BUILT", "yes");
    int exitCode = builder.start().waitFor();
    return new Printed(exitCode, Files.readString(output));
  }
}
