package io.chromasync.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
      home=$1; shift
      source "$home/bin/.build"
      build
      exec java "${java_options[@]}" -Xmx1g -cp "$classpath" "$@"
      """;

  static Revision here(Path home) {
    return new Revision("this tree", home.toAbsolutePath(), false);
  }

  /** A commit, in a worktree below {@code target}. */
  static Revision of(String commit, Path home) {
    Path folder = home.resolve("target/bench-" + commit.replaceAll("\\W", "-")).toAbsolutePath();
    if (!Files.exists(folder)) {
      run(
          List.of(
              "git", "-C", home.toString(), "worktree", "add", "--detach", folder + "", commit));
    }
    return new Revision(commit, folder, true);
  }

  /**
   * Runs a program of its tests.
   *
   * @return what it printed
   * @throws IllegalStateException if it fails, with the end of what it printed
   */
  String run(Scenario scenario, boolean isQuick) {
    List<String> command = new ArrayList<>(List.of("bash", "-c", RUN, "bench", folder.toString()));
    command.addAll(scenario.command(isQuick));
    return run(command);
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Thread end = new Thread(() -> end(process));
      Runtime.getRuntime().addShutdownHook(end);
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(end);
      if (code != 0) {
        String last = printed.substring(Math.max(0, printed.length() - 2_000));
        throw new IllegalStateException(
            "'%s' ended with %s:%n%s".formatted(command.get(command.size() - 1), code, last));
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Ctrl-C ends the program too, and lets it end its servers. */
  private static void end(Process process) {
    process.destroy();
    process.onExit().join();
  }

  @Override
  public void close() {
    if (isWorktree) {
      run(
          List.of(
              "git", "-C", folder.toString(), "worktree", "remove", "--force", folder.toString()));
    }
  }
}
