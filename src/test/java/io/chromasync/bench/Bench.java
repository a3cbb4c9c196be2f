package io.chromasync.bench;

import io.chromasync.bench.Targets.Verdict;
import io.chromasync.ops.Options;
import io.chromasync.ops.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
 * {@code bin/bench}: measures the job, beside plain clients, beside the strategies that it replaces
 * and beside another commit, on real servers of this machine.
 */
@Command(
    name = "bin/bench",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Measures the job on real servers on this machine. The job is compared with a plain client,",
      "with the strategies that it replaces, and optionally with another commit. Scenarios and",
      "commits are interleaved; a table compares the medians with the targets. Compare ratios, not",
      "absolute values. Exit code 1: a scenario failed."
    })
public final class Bench implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "One or more of ${COMPLETION-CANDIDATES}. Default: all.")
  private List<BenchScenario> scenarios = List.of(BenchScenario.values());

  @Option(names = "--quick", description = "Run smaller workloads, once.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Number of measurements per scenario. Default: 3, or 1 with --quick.")
  private Integer rounds;

  @Option(
      names = "--baseline",
      paramLabel = "REV",
      description = {
        "Commit to compare with, built in a Git worktree. It is measured alternately, in the",
        "scenarios that older commits support: facts, backlog, demo."
      })
  private String baseline;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "JSON file for the results. Default: target/bench.json.")
  private Path out;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Markdown page for the results; its charts go into a folder beside it.")
  private Path page;

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
    if (rounds == null) {
      rounds = quick ? 1 : 3;
    }
    new Options(spec).positive("--rounds", rounds);
    Map<String, String> machine = Machine.describe(home, LocalDate.now(ZoneOffset.UTC));
    List<Revision> revisions = new ArrayList<>(List.of(Revision.here(home)));
    if (baseline != null) {
      revisions.add(Revision.of(baseline, home));
    }
    Rounds measuring = new Rounds(revisions, scenarios, quick);
    try {
      measuring.run(rounds);
    } finally {
      revisions.forEach(Revision::close);
    }
    report(measuring.measured(), machine);
    measuring.failures().forEach(failure -> System.out.println("FAILED        " + failure));
    return measuring.failures().isEmpty() ? 0 : 1;
  }

  private void report(Measurements measured, Map<String, String> machine) throws IOException {
    List<Verdict> verdicts = Targets.verdicts(measured);
    System.out.print(measured.table());
    System.out.print(Targets.table(verdicts));
    Report report = new Report(measured, verdicts, machine, quick);
    Path file = out == null ? home.resolve("target/bench.json") : out;
    Files.writeString(file, report.json());
    System.out.println("figures       " + file);
    if (page != null) {
      new Page(report).write(page);
      System.out.println("page          " + page);
    }
  }
}
