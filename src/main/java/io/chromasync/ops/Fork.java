package io.chromasync.ops;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.CollectionCopy;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.Collection;
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
 * What that savepoint holds to be written is then true of them.
 *
 * <p>Exit codes: 0 copied, 1 it went wrong, 2 it was not asked right.
 */
@Command(
    name = "bin/fork",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Copies the collections of a job that is stopped with a savepoint into those of another, so",
      "that the other can start from that savepoint. Nothing is taken away."
    })
public final class Fork implements Callable<Integer> {

  private static final int TOLD_EVERY = 10_000;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the job that is stopped.")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the job that is to start; other collections, or another server.")
  private Path to;

  @Option(
      names = "--again",
      description = "Copy though the other collections have records already, over them.")
  private boolean again;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  public static CommandLine commandLine() {
    return Tool.commandLine(new Fork());
  }

  @Override
  public Integer call() throws IOException {
    CollectionCopy copy = CollectionCopy.between(settings("--from", from), settings("--to", to));
    for (Collection collection : Collection.values()) {
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
    for (Collection collection : Collection.values()) {
      long copied = copy.copy(collection, count -> tell(collection, count));
      out().printf(Locale.ROOT, "copied        %,d %s%n", copied, name(collection));
    }
    return 0;
  }

  private void tell(Collection collection, long count) {
    if (count % TOLD_EVERY == 0) {
      spec.commandLine().getErr().printf(Locale.ROOT, "… %,d %s%n", count, name(collection));
    }
  }

  private static ChromaSettings settings(String option, Path file) {
    return ChromaSettings.alone(OptionFile.settings(option, file));
  }

  private static String name(Collection collection) {
    return collection.name().toLowerCase(Locale.ROOT);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
