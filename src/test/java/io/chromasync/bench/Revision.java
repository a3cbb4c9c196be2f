package io.chromasync.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tree of sources that is measured: the one that the bench runs from, or a commit in a worktree
 * of Git, which is removed at the end.
 *
 * @param name as it is printed
 * @param folder of the sources
 */
record Revision(String name, Path folder, boolean isWorktree) implements AutoCloseable {

  /** Sources the build of the revision itself, so that each is built as it builds itself. */
  private static final String RUN =
      """
      set -euo pipefail
      home=$1; options=$2; shift 2
      source "$home/bin/.build"
      build
      export JAVA_TOOL_OPTIONS=$options
      exec java "${java_options[@]}" -Xmx1g -cp "$classpath" "$@"
      """;

  static Revision here(Path home) {
    return new Revision("this tree", home.toAbsolutePath(), false);
  }

  /** A commit, in a worktree below {@code target}. */
  static Revision of(String commit, Path home) {
    Path folder = home.resolve("target/bench-" + commit.replaceAll("\\W", "-")).toAbsolutePath();
    if (!Files.exists(folder)) {
      Command.run(git(home).with("worktree", "add", "--detach", folder.toString(), commit));
    }
    return new Revision(commit, folder, true);
  }

  /**
   * Runs the program of a scenario.
   *
   * @param watch takes each line at once
   * @return the figures that it printed
   * @throws IllegalStateException if it fails, with the end of its output
   */
  List<FigureLine> run(BenchScenario scenario, boolean isQuick, Consumer<String> watch) {
    Command java = Command.of("bash", "-c", RUN, "bench", folder.toString(), scenario.jvmOptions());
    return scenario.figures(scenario.command(folder, java, isQuick).run(watch));
  }

  private static Command git(Path folder) {
    return Command.of("git", "-C", folder.toString());
  }

  @Override
  public void close() {
    if (isWorktree) {
      Command.run(git(folder).with("worktree", "remove", "--force", folder.toString()));
    }
  }
}
