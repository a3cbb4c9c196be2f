package io.chromasync.ops;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.Promotion;
import io.chromasync.chroma.Promotion.Renaming;
import io.chromasync.mapping.Domain;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bin/promote}: gives the collections of a shadow the names that readers use, and back.
 *
 * <p>Exit codes: 0 renamed (or only shown), 1 failed, 2 invalid options.
 */
@Command(
    name = "bin/promote",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Gives the collections of a shadow ('chroma.mode' shadow) the names that readers use. The",
      "collections that had these names are kept, with '-before' at the end of their names. Stop",
      "whatever writes those collections first. The job may run: it continues with its collections.",
      "Start it with 'chroma.mode' write from its next savepoint on."
    })
public final class Promote implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the shadow's job.")
  private Path config;

  @Option(
      names = "--undo",
      description = "Rename them back; the collections from before have their names again.")
  private boolean undo;

  @Option(names = "--dry-run", description = "Show the renames only.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Creates the command. */
  public static CommandLine commandLine() {
    return Tool.commandLine(new Promote());
  }

  @Override
  public Integer call() {
    Promotion promotion =
        Promotion.of(
            ChromaSettings.alone(
                OptionFile.settings("--config", config), Domain.installed().tree()));
    List<Renaming> renamings = undo ? promotion.reversal() : promotion.promotion();
    if (renamings.isEmpty()) {
      out().println(undo ? "There is no promotion to undo." : "The shadow is promoted already.");
    }
    for (Renaming renaming : renamings) {
      if (!dryRun) {
        promotion.rename(renaming);
      }
      out()
          .printf(
              Locale.ROOT,
              "%-13s %s to %s (%,d records)%n",
              dryRun ? "would rename" : "renamed",
              renaming.collection().name(),
              renaming.to(),
              renaming.collection().records());
    }
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
