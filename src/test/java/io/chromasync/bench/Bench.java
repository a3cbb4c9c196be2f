package io.chromasync.bench;

import io.chromasync.bench.Scenario.Figure;
import io.chromasync.ops.Options;
import io.chromasync.ops.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bin/bench}: how fast the job is, beside another commit, on real servers of this machine.
 *
 * <p>Each round runs every scenario on each revision, in turn, so that what else the machine does
 * meets both. What is compared is the median of the rounds.
 */
@Command(
    name = "bin/bench",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Measures how fast the job is, beside another commit if one is named, in turn and on the",
      "same machine. An absolute time says little; the ratio does."
    })
public final class Bench implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "Of facts, backlog, demo. Default: all.")
  private List<Scenario> scenarios = List.of(Scenario.values());

  @Option(names = "--quick", description = "Less of each: some minutes for a round.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--baseline",
      paramLabel = "REV",
      description = "A commit that is built in a worktree of Git and measured in turn.")
  private String baseline;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the figures go as JSON. Default: target/bench.json.")
  private Path out;

  @Option(names = "--home", hidden = true, defaultValue = "${sys:chromasync.home:-.}")
  private Path home;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  static CommandLine commandLine() {
    return Tool.commandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws IOException {
    new Options(spec).positive("--rounds", rounds);
    List<Revision> revisions = new ArrayList<>(List.of(Revision.here(home)));
    if (baseline != null) {
      revisions.add(Revision.of(baseline, home));
    }
    try {
      Measurements measured = measure(revisions);
      System.out.print(measured.table());
      Path file = out == null ? home.resolve("target/bench.json") : out;
      Files.writeString(file, measured.json());
      System.out.println("figures       " + file);
    } finally {
      revisions.forEach(Revision::close);
    }
    return 0;
  }

  private Measurements measure(List<Revision> revisions) {
    Measurements measured = new Measurements(revisions.stream().map(Revision::name).toList());
    for (int round = 1; round <= rounds; round++) {
      List<Revision> inTurn = new ArrayList<>(revisions);
      if (round % 2 == 0) {
        Collections.reverse(inTurn);
      }
      for (Scenario scenario : scenarios) {
        for (Revision revision : inTurn) {
          System.out.printf(
              "round %s of %s  %s of %s …%n", round, rounds, scenario, revision.name());
          Map<Figure, Double> figures = scenario.figures(revision.run(scenario, quick));
          figures.forEach(
              (figure, value) -> {
                System.out.printf("              %s %s%n", value, figure.unit());
                measured.add(revision.name(), figure, value);
              });
        }
      }
    }
    return measured;
  }
}
