package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code bin/fork} refuses before it asks any server; ReplayIT has it copy. */
class ForkTest {

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  @Test
  void aCollectionIsNotCopiedOntoItself() throws IOException {
    Path job = settings("job", "\"url\": \"http://localhost:1\"");
    Path fork =
        settings("fork", "\"url\": \"http://localhost:1\", \"lines-collection\": \"green\"");

    assertThat(fork(job, fork)).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "'chroma.words-collection' must not name the collection that is copied, but names"
                + " 'words'");
  }

  @Test
  void aMisspeltSettingIsNamed() throws IOException {
    Path job = settings("job", "\"url\": \"http://localhost:1\"");
    Path fork = settings("fork", "\"url\": \"http://localhost:1\", \"word-collection\": \"green\"");

    assertThat(fork(job, fork)).isEqualTo(2);
    assertThat(err.toString()).contains("Property 'word-collection' in group 'chroma' is unknown");
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithItsOption() throws IOException {
    Path job = settings("job", "\"url\": \"http://localhost:1\"");

    assertThat(fork(job, folder.resolve("none.json"))).isEqualTo(2);
    assertThat(err.toString()).contains("--to must name a file", "none.json");
    assertThat(fork(folder, job)).isEqualTo(2);
    assertThat(err.toString()).contains("--from must name a file", folder.toString());
  }

  private int fork(Path from, Path to) {
    CommandLine command = Fork.commandLine().setErr(new PrintWriter(err, true));
    return command.execute("--from", from.toString(), "--to", to.toString());
  }

  /** Of a whole job, of which only Chroma matters here. */
  private Path settings(String name, String chroma) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".json"),
        """
        [{"PropertyGroupId": "source", "PropertyMap": {"table": "receipts"}},
         {"PropertyGroupId": "chroma", "PropertyMap": {%s}}]
        """
            .formatted(chroma));
  }
}
