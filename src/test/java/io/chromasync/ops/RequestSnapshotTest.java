package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Rollback;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RequestSnapshotTest {

  private static final String SENT = "snapshot-20261124T210000000Z.txt.whole";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void imagesAreAskedForEachOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("images"), "c\n\n a \nb\n");

    assertThat(
            snapshot(
                "--to",
                to(),
                "--partition",
                "a",
                "--partition",
                "b",
                "--partitions-from",
                file.toString()))
        .isZero();

    assertThat(out.toString()).contains("3 partitions", "Requested 3 partitions in");
    assertThat(Files.readAllLines(requests().resolve(SENT))).containsExactly("a", "b", "c");
    assertThat(sent()).containsExactly(SENT);
  }

  @Test
  void aDryRunCountsAndAsksForNothing() {
    assertThat(snapshot("--to", to(), "--partition", "a", "b", "--dry-run")).isZero();

    assertThat(out.toString()).contains("2 partitions", "Nothing is requested: --dry-run", to());
    assertThat(requests()).doesNotExist();
  }

  @Test
  void c02RunsThatAreDoneAreAskedForToo() throws IOException {
    assertThat(snapshot("--to", to(), "--partition", "a", "b", "--with-runs")).isZero();

    assertThat(Files.readAllLines(requests().resolve(SENT))).containsExactly("#runs a", "#runs b");
  }

  @Test
  void c02EverythingIsAskedForSinceABackup() throws IOException {
    assertThat(snapshot("--to", to(), "--rewrite-since", "2026-11-24T09:00:00Z")).isZero();

    assertThat(out.toString()).contains("Requested everything in");
    List<String> lines = Files.readAllLines(requests().resolve(SENT));
    assertThat(lines).hasSize(1);
    assertThat(Rollback.parse(lines.get(0)))
        .isEqualTo(
            new Rollback(
                millis("2026-11-24T09:00:00Z"),
                millis("2026-11-24T21:00:00Z"),
                millis("2026-11-24T21:00:00Z"),
                millis("2026-11-23T09:00:00Z")));
  }

  @Test
  void c02ABackupOfNoTimeIsNamed() {
    assertThat(snapshot("--to", to(), "--rewrite-since", "yesterday")).isEqualTo(2);
    assertThat(snapshot("--to", to(), "--rewrite-since", "2026-11-24T21:00:01Z")).isEqualTo(2);
    assertThat(
            snapshot("--to", to(), "--rewrite-since", "2026-11-24T09:00:00Z", "--partition", "a"))
        .isEqualTo(2);

    assertThat(err.toString())
        .contains(
            "--rewrite-since must be an instant like 2026-11-24T09:00:00Z but was 'yesterday'")
        .contains("--rewrite-since must not be in the future but was '2026-11-24T21:00:01Z'")
        .contains("--rewrite-since applies to all partitions; pass it without partitions");
    assertThat(requests()).doesNotExist();
  }

  private static long millis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  @Test
  void theSettingsOfTheJobSayWhereRequestsGo() throws IOException {
    assertThat(
            snapshot(
                "--config",
                config("dead-letters", "uri", folder.resolve("letters").toUri().toString()),
                "--partition",
                "a"))
        .isZero();
    assertThat(folder.resolve("letters-snapshot").resolve(SENT)).exists();

    assertThat(snapshot("--config", config("snapshot", "requests-uri", to()), "--partition", "a"))
        .isZero();
    assertThat(requests().resolve(SENT)).exists();
  }

  @Test
  void c04RequestsGoToTheFolderThatIsNamed() throws IOException {
    Path letters = folder.resolve("dead letters #1 50%20off ü");
    String config = config("dead-letters", "uri", letters.toUri().toString());
    Path target = folder.resolve(letters.getFileName() + "-snapshot");

    assertThat(snapshot("--config", config, "--partition", "a")).isZero();

    assertThat(out.toString()).contains("Requested 1 partitions in " + target.resolve(SENT));
    assertThat(target.resolve(SENT)).exists();
  }

  @Test
  void whatIsNoImageIsNamedAndNothingIsAskedFor() {
    for (String id : List.of("IMAGE#a", "a#b", "", " ", " a")) {
      assertThat(snapshot("--to", to(), "--partition", "good", "--partition", id)).isEqualTo(2);
      assertThat(err.toString()).contains("was '" + id + "'");
    }
    assertThat(requests()).doesNotExist();
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithItsOption() throws IOException {
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe});
    for (Path file : List.of(folder, bytes)) {
      assertThat(snapshot("--config", file.toString(), "--partition", "a")).isEqualTo(2);
      assertThat(err.toString()).contains("--config must name a file", file.toString());
      assertThat(snapshot("--to", to(), "--partitions-from", file.toString())).isEqualTo(2);
      assertThat(err.toString()).contains("--partitions-from must name a file", file.toString());
    }
  }

  @Test
  void aFolderThatIsAFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(snapshot("--to", file.toString(), "--partition", "a")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--to must be a folder that can be made", "No folder can be made at", file.toString());
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertThat(snapshot("--to", to())).isEqualTo(2);
    assertThat(snapshot("--partition", "a")).isEqualTo(2);
    assertThat(snapshot("--to", to(), "--partitions-from", to())).isEqualTo(2);
    assertThat(snapshot("--config", to(), "--partition", "a")).isEqualTo(2);
    assertThat(snapshot("--config", config("source", "table", "T"), "--partition", "a"))
        .isEqualTo(2);
    assertThat(snapshot("--to", "nowhere://requests", "--partition", "a")).isEqualTo(2);

    assertThat(err.toString())
        .contains(
            "No partition is named; pass --partition ID, --partitions-from FILE or --rewrite-since INSTANT")
        .contains("--config or --to must be given")
        .contains("--partitions-from must name a file of text but was '" + to())
        .contains("--config must name a file of text but was '" + to())
        .contains("sets neither 'snapshot.requests-uri' nor 'dead-letters.uri'")
        .contains("--to must be on a file system that is known here but was 'nowhere://requests'");
  }

  private int snapshot(String... arguments) {
    CommandLine command = RequestSnapshot.commandLine(() -> Instant.parse("2026-11-24T21:00:00Z"));
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private String config(String group, String key, String value) throws IOException {
    Path file = folder.resolve("settings-" + group + ".json");
    return Files.writeString(
            file,
            """
            [{"PropertyGroupId": "%s", "PropertyMap": {"%s": "%s"}}]
            """
                .formatted(group, key, value))
        .toString();
  }

  private String to() {
    return requests().toString();
  }

  private Path requests() {
    return folder.resolve("requests");
  }

  private List<String> sent() throws IOException {
    try (Stream<Path> files = Files.list(requests())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .toList();
    }
  }
}
