package io.chromasync.ops;

import io.chromasync.config.FolderUri;
import io.chromasync.deadletters.DeadLetterJson;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/redrive}: sends dead letters through the job's normal path again, by writing them into
 * the folder that the job watches. Versions decide there as for any change, so no dead letter
 * overwrites newer data. Redriving twice is idempotent.
 *
 * <p>Exit codes: 0 sent (or nothing to send, or only counted), 1 failed, 2 invalid options, 3 not
 * confirmed.
 */
@Command(
    name = "bin/redrive",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Counts the dead letters in a folder, asks for confirmation, and sends the dead letters",
      "through the running job again. Newer data in Chroma is not overwritten, and the dead",
      "letters stay in their folder."
    })
public final class Redrive implements Callable<Integer> {

  /** Number of lines between two progress messages. */
  private static final int REPORT_INTERVAL = 100_000;

  private static final int NO = 3;

  @Option(
      names = "--from",
      paramLabel = "URI",
      required = true,
      description = "Folder of dead letters, or one file: the job's 'dead-letters.uri'.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "URI",
      description =
          "Folder that the job watches: its 'dead-letters.redrive-uri'. Default: the folder of"
              + " --from with the suffix -redrive.")
  private String to;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      split = ",",
      description = "Only dead letters of these reasons: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Reason> reasons = Set.of();

  @Option(names = "--dry-run", description = "Count only; send nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Send without confirmation.")
  private boolean yes;

  @Spec private CommandSpec spec;

  private final InstantSource clock;
  private final InputStream answers;

  private Redrive(InstantSource clock, InputStream answers) {
    this.clock = clock;
    this.answers = answers;
  }

  public static void main(String[] args) {
    System.exit(commandLine(InstantSource.system(), System.in).execute(args));
  }

  /**
   * Creates the command.
   *
   * @param answers typed input
   */
  public static CommandLine commandLine(InstantSource clock, InputStream answers) {
    return Tool.commandLine(new Redrive(clock, answers)).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws IOException {
    DeadLetterCounts tally = new DeadLetterCounts();
    List<Path> files = files();
    for (Path file : files) {
      read(file, (line, letter) -> tally.add(letter), tally);
    }
    tally.print(out(), files.size());
    if (tally.letters() == 0 || dryRun) {
      out().println(dryRun ? "Nothing is sent: --dry-run." : "There is nothing to send.");
      return 0;
    }
    if (!yes && !isMeant(tally.letters())) {
      out().println("Nothing is sent.");
      return NO;
    }
    out()
        .printf(
            Locale.ROOT,
            "Sent %,d dead letters in %s%n",
            tally.letters(),
            FolderUri.shown(send(files).toString()));
    return 0;
  }

  private boolean isMeant(long letters) throws IOException {
    out().printf(Locale.ROOT, "Send %,d dead letters to %s? [y/N] ", letters, target());
    out().flush();
    String answer =
        new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8)).readLine();
    if (answer == null) {
      throw new ParameterException(
          spec.commandLine(),
          "There is no terminal to confirm at; pass --yes to send without" + " confirmation");
    }
    return answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  /** Complete files of dead letters: Flink hides files that it is still writing. */
  private List<Path> files() throws IOException {
    try {
      return Folder.files(new Options(spec).named("--from", from));
    } catch (FileNotFoundException e) {
      throw new ParameterException(
          spec.commandLine(), "--from must name a folder or file but was '%s'".formatted(from), e);
    }
  }

  private void read(Path file, Letters letters, DeadLetterCounts tally) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(file.getFileSystem().open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (tally.line() % REPORT_INTERVAL == 0) {
          err().printf(Locale.ROOT, "… %,d lines%n", tally.lines());
          err().flush();
        }
        DeadLetter letter = parse(line, tally);
        if (letter != null && (reasons.isEmpty() || reasons.contains(letter.reason()))) {
          letters.take(line, letter);
        }
      }
    }
  }

  private static DeadLetter parse(String line, DeadLetterCounts tally) {
    try {
      return DeadLetterJson.parse(line);
    } catch (IOException unreadable) {
      tally.addUnreadable();
      return null;
    }
  }

  private Path send(List<Path> files) throws IOException {
    return Folder.put(
        new Options(spec).made("--to", target()),
        "redrive",
        ".jsonl",
        clock.instant(),
        file -> {
          for (Path each : files) {
            read(each, (line, letter) -> write(file, line), new DeadLetterCounts());
          }
        });
  }

  private static void write(OutputStream file, String line) throws IOException {
    file.write(line.getBytes(StandardCharsets.UTF_8));
    file.write('\n');
  }

  private String target() {
    return to == null ? DeadLetterSettings.redriveUriOf(from) : to;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Action for each dead letter. */
  private interface Letters {
    void take(String line, DeadLetter letter) throws IOException;
  }
}
