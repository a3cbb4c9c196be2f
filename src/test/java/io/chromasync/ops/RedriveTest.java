package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.deadletters.DeadLetterJson;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RedriveTest {

  private static final String LATE = letter(Reason.TOO_LATE, 10);
  private static final String FAILED = letter(Reason.RUN_FAILED, 20);
  private static final String SENT = "redrive-20261124T210000000Z.jsonl.whole";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path letters;

  @BeforeEach
  void write() throws IOException {
    letters = Files.createDirectories(folder.resolve("letters"));
    Path hour = Files.createDirectories(letters.resolve("2026-11-24--21"));
    Files.writeString(hour.resolve("part-0"), LATE + "\n" + FAILED + "\n");
    Files.writeString(hour.resolve("part-1"), FAILED + "\nbroken\n");
    Files.writeString(hour.resolve(".part-2.inprogress"), LATE + "\n");
  }

  @Test
  void aDryRunCountsByReasonAndSendsNothing() throws IOException {
    assertThat(redrive("", "--from", letters.toString(), "--dry-run")).isZero();

    assertThat(out.toString())
        .contains("4 lines in 2 files")
        .containsPattern("too_late +1 +1970-01-01T00:00:10Z")
        .containsPattern("run_failed +2 +1970-01-01T00:00:20Z")
        .contains("1 lines are no dead letters")
        .contains("resolve.too-late = apply");
    assertThat(sent()).isEmpty();
  }

  @Test
  void lettersAreSentOnceTheAnswerIsYes() throws IOException {
    assertThat(redrive("n\n", "--from", letters.toString())).isEqualTo(3);
    assertThat(sent()).isEmpty();

    assertThat(redrive("y\n", "--from", letters.toString())).isZero();

    assertThat(out.toString()).contains("Send 3 dead letters to " + letters + "-redrive? [y/N]");
    assertThat(sent()).containsExactly(SENT);
    assertThat(Files.readAllLines(target().resolve(SENT))).containsExactly(LATE, FAILED, FAILED);
    assertThat(Files.exists(letters.resolve("2026-11-24--21/part-0"))).isTrue();
  }

  @Test
  void c04LettersAreReadAndSentInTheFoldersThatAreNamed() throws IOException {
    letters = Files.move(letters, folder.resolve("dead letters #1 50%20off ü"));
    Path target = folder.resolve(letters.getFileName() + "-redrive");

    assertThat(redrive("", "--from", letters.toUri().toString(), "--yes")).isZero();

    assertThat(out.toString()).contains("Sent 3 dead letters in " + target.resolve(SENT));
    assertThat(target.resolve(SENT)).exists();
    assertThat(folder.toFile().list()).hasSize(2);
  }

  @Test
  void onlyLettersOfTheReasonsThatAreNamedAreSent() throws IOException {
    assertThat(redrive("", "--from", letters.toString(), "--reason", "run_failed", "--yes"))
        .isZero();

    assertThat(Files.readAllLines(target().resolve(SENT))).containsExactly(FAILED, FAILED);
  }

  @Test
  void withoutAnyoneToAnswerItSaysWhatToPass() throws IOException {
    assertThat(redrive("", "--from", letters.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("no terminal to confirm at", "--yes");
    assertThat(sent()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNamed() {
    assertThat(redrive("", "--from", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(redrive("", "--from", "nowhere://letters")).isEqualTo(2);

    assertThat(err.toString())
        .contains("--from must name a folder or file but was '" + folder.resolve("none"))
        .contains("--from must be on a file system that is known here but was 'nowhere://letters'");
  }

  @Test
  void aFolderWithoutLettersHasNothingToSend() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));

    assertThat(redrive("", "--from", empty.toString())).isZero();

    assertThat(out.toString()).contains("There is nothing to send.");
  }

  private int redrive(String answers, String... arguments) {
    CommandLine command =
        Redrive.commandLine(
            () -> Instant.parse("2026-11-24T21:00:00Z"),
            new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8)));
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private Path target() {
    return folder.resolve("letters-redrive");
  }

  /** What the job would see in the folder it watches. */
  private List<String> sent() throws IOException {
    if (!Files.exists(target())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(target())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  private static String letter(Reason reason, int second) {
    ItemChange change =
        new ItemChange(
            Operation.INSERT,
            "IMAGE#a",
            "RECEIPT#00001",
            "{}",
            null,
            new Version(second * 1_000_000L, "1"),
            "test");
    return DeadLetterJson.line(new DeadLetter(change, null, reason, "detail"));
  }
}
