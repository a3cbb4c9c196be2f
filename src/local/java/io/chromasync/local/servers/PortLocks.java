package io.chromasync.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ports that this JVM has chosen for what it starts. Two processes that look for a port in the same
 * moment find the same one free; the server that comes second would not start, and whoever started
 * it would take the first one for it. So each locks its byte of a file that all of a user's
 * processes share, and the operating system releases it when the process ends.
 */
final class PortLocks {

  private static final Set<Integer> OURS = ConcurrentHashMap.newKeySet();
  private static final FileChannel FILE = open();

  private PortLocks() {}

  /** Whether the port is this JVM's, now or from before. */
  static synchronized boolean take(int port) {
    try {
      return OURS.contains(port) || (FILE.tryLock(port, 1, false) != null && OURS.add(port));
    } catch (IOException e) {
      throw new UncheckedIOException("Port " + port + " cannot be locked", e);
    }
  }

  private static FileChannel open() {
    String name = "chromasync-ports-" + System.getProperty("user.name");
    Path file = Path.of(System.getProperty("java.io.tmpdir"), name);
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be opened", e);
    }
  }
}
