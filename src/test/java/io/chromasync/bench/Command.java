package io.chromasync.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A command of this machine.
 *
 * @param words the program and its arguments
 */
record Command(List<String> words) {

  private static final int LAST = 2_000;

  static Command of(String... words) {
    return new Command(List.of(words));
  }

  /** The same command with more arguments. */
  Command with(String... more) {
    return with(List.of(more));
  }

  /** The same command with more arguments. */
  Command with(List<String> more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(more);
    return new Command(all);
  }

  /** Runs a command whose output nobody watches. */
  static String run(Command command) {
    return command.run(line -> {});
  }

  /**
   * Runs it to its end. Ctrl-C ends it too, and lets it end its servers.
   *
   * @param watch takes each line of its output at once
   * @return its output
   * @throws IllegalStateException if it fails, with the end of its output
   */
  String run(Consumer<String> watch) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      Thread end = new Thread(() -> end(process));
      Runtime.getRuntime().addShutdownHook(end);
      StringBuilder printed = new StringBuilder();
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          printed.append(line).append('\n');
          watch.accept(line);
        }
      }
      int code = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(end);
      if (code != 0) {
        throw new IllegalStateException(
            "'%s' ended with %s:%n%s"
                .formatted(
                    words.get(words.size() - 1),
                    code,
                    printed.substring(Math.max(0, printed.length() - LAST))));
      }
      return printed.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void end(Process process) {
    process.destroy();
    process.onExit().join();
  }
}
