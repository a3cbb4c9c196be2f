package io.chromasync.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** The circumstances of a measurement. */
final class Machine {

  private static final String CHROMA = "chromadb-js-bindings-linux-x64-gnu";

  private Machine() {}

  /**
   * Name to value, in the order in which they are shown.
   *
   * @param home folder of the sources that are measured
   */
  static Map<String, String> describe(Path home, LocalDate date) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("date", date.toString());
    all.put("commit", commit(home));
    all.put("cores", Integer.toString(system.getAvailableProcessors()));
    all.put("memory", (system.getTotalMemorySize() >> 30) + " GB");
    all.put("operating system", system.getName() + " " + system.getVersion());
    all.put("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
    all.put("Flink", EnvironmentInformation.getVersion());
    all.put("Chroma", chroma(home));
    return all;
  }

  private static String commit(Path home) {
    String commit = git(home, "rev-parse", "--short=12", "HEAD");
    return git(home, "status", "--porcelain", "--untracked-files=no", "src", "pom.xml").isEmpty()
        ? commit
        : commit + " with changes";
  }

  private static String git(Path home, String... arguments) {
    return Command.run(Command.of("git", "-C", home.toString()).with(arguments)).strip();
  }

  /** The server's version is that of the npm package that brings it. */
  private static String chroma(Path home) {
    Path file = home.resolve("src/local/npm/package.json");
    try {
      return new ObjectMapper()
          .readTree(file.toFile())
          .required("dependencies")
          .required(CHROMA)
          .asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
