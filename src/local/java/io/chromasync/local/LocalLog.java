package io.chromasync.local;

import java.nio.file.Path;

/**
 * Sends this process's log to a file and keeps the console clean. Call it before anything asks for
 * a logger: Log4j reads its settings once.
 */
final class LocalLog {

  private LocalLog() {}

  static void writeTo(Path file) {
    System.setProperty("chromasync.log", file.toString());
    System.setProperty("log4j2.configurationFile", "log4j2-tools.properties");
  }
}
