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
 * {@code bin/redrive}: sends dead letters through the job's normal path again, by putting them into
 * the folder that the job watches. Versions judge them there as ever, so none can overwrite
 * anything newer, and sending one twice does no harm.
 *
 * <p>Exit codes: 0 sent (or nothing to send, or only counted), 1 it went wrong, 2 it was not asked
 * right, 3 the answer was no.
 */
@Command(
    name = "bin/redrive",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Counts the dead letters in a folder, and after your yes sends them through the running job",
      "again. What is newer in Chroma stays; the letters stay where they are, too."
    })
public final class Redrive implements Callable<Integer> {

  /** Lines between two words about the progress. */
  private static final int TOLD_EVERY = 100_000;

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
          "Folder that the job watches: its 'dead-letters.redrive-uri'. Default: that of --from"
              + " with -redrive at its end.")
  private String to;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      split = ",",
      description = "Only letters of these reasons: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Reason> reasons = Set.of();

  @Option(names = "--dry-run", description = "Count, and send nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Send without asking.")
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
   * The command.
   *
   * @param answers what is typed
   */
  public static CommandLine commandLine(InstantSource clock, InputStream answers) {
    return Tool.commandLine(new Redrive(clock, answers)).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws IOException {
    Tally tally = new Tally();
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
            "Sent %,d letters in %s%n",
            tally.letters(),
            FolderUri.shown(send(files).toString()));
    return 0;
  }

  private boolean isMeant(long letters) throws IOException {
    out().printf(Locale.ROOT, "Send %,d letters to %s? [y/N] ", letters, target());
    out().flush();
    String answer =
        new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8)).readLine();
    if (answer == null) {
      throw new ParameterException(
          spec.commandLine(), "There is nobody to answer; pass --yes to send without asking");
    }
    return answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  /** The files of letters that are finished: Flink hides those it still writes. */
  private List<Path> files() throws IOException {
    try {
      return Folder.files(new Options(spec).named("--from", from));
    } catch (FileNotFoundException e) {
      throw new ParameterException(
          spec.commandLine(), "--from must name a folder or file but was '%s'".formatted(from), e);
    }
  }

  private void read(Path file, Letters letters, Tally tally) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(file.getFileSystem().open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (tally.line() % TOLD_EVERY == 0) {
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

  private static DeadLetter parse(String line, Tally tally) {
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
            read(each, (line, letter) -> write(file, line), new Tally());
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

  /** What is done with each letter. */
  private interface Letters {
    void take(String line, DeadLetter letter) throws IOException;
  }
}
