package io.chromasync.ops;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.CollectionCopy;
import io.chromasync.config.InvalidSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bin/fork}: fills the collections of a job that is to start from another job's savepoint.
 * The records that the savepoint marks as written then exist in them.
 *
 * <p>Exit codes: 0 copied, 1 failed, 2 invalid options.
 */
@Command(
    name = "bin/fork",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Copies the collections of a job that was stopped with a savepoint into the collections of",
      "another job, which can then start from that savepoint. The originals stay unchanged."
    })
public final class Fork implements Callable<Integer> {

  private static final int REPORT_INTERVAL = 10_000;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the job that was stopped.")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the job to start: other collections, or another server.")
  private Path to;

  @Option(
      names = "--again",
      description = "Copy even if the target collections have records, and overwrite them.")
  private boolean again;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Creates the command. */
  public static CommandLine commandLine() {
    return Tool.commandLine(new Fork());
  }

  @Override
  public Integer call() throws IOException {
    ChromaSettings source = settings("--from", from);
    CollectionCopy copy = CollectionCopy.between(source, settings("--to", to));
    for (CollectionName collection : source.collections()) {
      long found = copy.found(collection);
      if (found > 0 && !again) {
        throw new InvalidSettings(
            String.format(
                Locale.ROOT,
                "The %s of %s must be none but are %,d records; name another collection, or --again",
                name(collection),
                to,
                found));
      }
    }
    for (CollectionName collection : source.collections()) {
      long copied = copy.copy(collection, count -> report(collection, count));
      out().printf(Locale.ROOT, "copied        %,d %s%n", copied, name(collection));
    }
    return 0;
  }

  private void report(CollectionName collection, long count) {
    if (count % REPORT_INTERVAL == 0) {
      spec.commandLine().getErr().printf(Locale.ROOT, "… %,d %s%n", count, name(collection));
    }
  }

  private static ChromaSettings settings(String option, Path file) {
    return ChromaSettings.alone(OptionFile.settings(option, file), Domain.installed().tree());
  }

  private static String name(CollectionName collection) {
    return collection.name();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
