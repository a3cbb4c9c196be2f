package io.chromasync.ops;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.FreshUpTo;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.start.Unready;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/wait}: waits until Chroma reflects every change of the table up to an instant.
 *
 * <p>Exit codes: 0 reached, 1 not reached in time, or the tool failed, 2 invalid options.
 */
@Command(
    name = "bin/wait",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Waits until the collections in Chroma reflect every change of the table up to an instant. Whoever",
      "writes an item and then waits until now reads the own write in Chroma."
    })
public final class WaitUntil implements Callable<Integer> {

  /** Interval between two looks at Chroma; the job publishes once a second. */
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** Interval between two lines of progress. */
  private static final Duration PROGRESS = Duration.ofSeconds(5);

  private static final String NOW = "now";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's settings.")
  private Path config;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      required = true,
      description = "now, or an ISO-8601 instant such as 2026-12-01T16:00:00Z.")
  private String until;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "Collection to wait for, by its name in Chroma. Not given = all collections.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Maximum wait; default: ${DEFAULT-VALUE}.")
  private int timeout;

  @Spec private CommandSpec spec;

  private final InstantSource clock;
  private final Domain domain = Domain.installed();

  private WaitUntil(InstantSource clock) {
    this.clock = clock;
  }

  public static void main(String[] args) {
    System.exit(commandLine(InstantSource.system()).execute(args));
  }

  /** Creates the command. */
  public static CommandLine commandLine(InstantSource clock) {
    return Tool.commandLine(new WaitUntil(clock));
  }

  @Override
  public Integer call() throws InterruptedException {
    new Options(spec).positive("--timeout", timeout);
    Instant start = clock.instant();
    Instant instant = instant(start);
    ChromaSettings settings =
        ChromaSettings.alone(OptionFile.settings("--config", config), domain.tree());
    if (!settings.writes()) {
      throw new ParameterException(
          spec.commandLine(),
          "'chroma.mode' must not be dry-run, as a dry run publishes nothing: name the settings of"
              + " the job that writes in --config");
    }
    List<CollectionName> collections = collections(settings);
    FreshUpTo fresh = FreshUpTo.open(settings);
    String state = "";
    Instant nextLine = start.plus(PROGRESS);
    do {
      String newest = state(fresh, settings, collections, instant);
      if (newest.isEmpty()) {
        out()
            .printf(
                Locale.ROOT,
                "reached       %s after %.1f s%n",
                instant,
                Duration.between(start, clock.instant()).toMillis() / 1000.0);
        out().flush();
        return 0;
      }
      if (!clock.instant().isBefore(nextLine)) {
        spec.commandLine().getErr().println("waiting       " + newest);
        nextLine = nextLine.plus(PROGRESS);
      }
      state = newest;
      Thread.sleep(INTERVAL.toMillis());
    } while (clock.instant().isBefore(start.plusSeconds(timeout)));
    spec.commandLine()
        .getErr()
        .printf(
            "%s is not reached within %s s (--timeout): %s; is the job running, and does it keep up?"
                + " See 'The freshness falls behind' in docs/how-to/on-call.md%n",
            instant, timeout, state);
    return 1;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private Instant instant(Instant now) {
    try {
      return until.equals(NOW) ? now : Instant.parse(until);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--until must be now or an ISO-8601 instant such as 2026-12-01T16:00:00Z but was '%s'"
              .formatted(until),
          e);
    }
  }

  private List<CollectionName> collections(ChromaSettings settings) {
    List<CollectionName> all = settings.collections();
    for (String name : names) {
      if (all.stream().noneMatch(each -> settings.nameOf(each).equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "--collection must be one of %s but was '%s'"
                .formatted(all.stream().map(settings::nameOf).toList(), name));
      }
    }
    return all.stream()
        .filter(each -> names.isEmpty() || names.contains(settings.nameOf(each)))
        .toList();
  }

  /** Returns what is not reached, for messages; empty if all is reached. */
  private static String state(
      FreshUpTo fresh, ChromaSettings settings, List<CollectionName> all, Instant instant) {
    try {
      return all.stream()
          .map(each -> state(settings.nameOf(each), fresh.of(each), instant))
          .filter(each -> !each.isEmpty())
          .collect(Collectors.joining(", "));
    } catch (Unready e) {
      return e.getMessage();
    }
  }

  private static String state(String name, OptionalLong upTo, Instant instant) {
    if (upTo.isEmpty()) {
      return "collection '%s' has no instant yet".formatted(name);
    }
    return upTo.getAsLong() >= instant.toEpochMilli()
        ? ""
        : "collection '%s' reflects %s".formatted(name, Instant.ofEpochMilli(upTo.getAsLong()));
  }
}
