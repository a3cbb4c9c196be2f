package io.chromasync.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options and failures of {@code bin/audit}: one sentence, and exit code 2, for unverified. */
final class AuditTest {

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  @Test
  void missingSettingsLeaveEverythingUnverified() {
    assertThat(run("--config", folder.resolve("none.json").toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("--config must name a file of text").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sample=-1|--sample must be 0 to 2147483647 but was '-1'",
        "--sample=x|--sample must be an integer but was 'x'",
        "--timeout=0|--timeout must be at least 1 but was '0'",
        "--json=/no/such/x|--json must be a file in a folder that can be written but was",
      })
  void eachInvalidNumberIsNamed(String option, String sentence) {
    assertThat(run("--config=x", option)).isEqualTo(2);
    assertThat(err.toString()).startsWith(sentence).hasLineCount(1);
  }

  @Test
  void onlyTheJobRepairs() {
    assertThat(run("--config=x", "--repair", "--without-job")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("--repair must not be given with --without-job, because the job repairs,");
  }

  @Test
  void settingsWithoutATableAreRefused() throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("settings.json"),
            """
            [{"PropertyGroupId": "chroma", "PropertyMap": {"url": "http://localhost:1"}},
             {"PropertyGroupId": "source", "PropertyMap": {"type": "none"}},
             {"PropertyGroupId": "dead-letters", "PropertyMap": {"uri": "%s"}}]
            """
                .formatted(folder.resolve("letters")));

    assertThat(run("--config", settings.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("Property 'table' in group 'snapshot' must name the table for an audit")
        .hasLineCount(1);
  }

  private int run(String... options) {
    CommandLine command = Audit.commandLine(InstantSource.system());
    command.setErr(new PrintWriter(err, true));
    return command.execute(options);
  }
}
