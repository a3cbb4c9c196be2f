package io.chromasync.ops;

import io.chromasync.config.FolderUri;
import io.chromasync.runtime.WatchedFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Collection;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Rules for the values of a command's options, checked before anything is started. An invalid value
 * is rejected with one sentence, as in {@code --ui-port must be 0 to 65535 but was '70000'}.
 */
public final class Options {

  private static final int LAST_PORT = 65_535;
  private static final String METADATA = "_metadata";

  private final CommandSpec command;

  public Options(CommandSpec command) {
    this.command = command;
  }

  /**
   * Rejects a value unless a condition is true.
   *
   * @param rule for a valid value, beginning with a verb: {@code must be a readable file}
   * @throws ParameterException if the condition is false
   */
  public void check(boolean condition, String option, String rule, Object value) {
    if (!condition) {
      throw invalid(option, rule, value, null);
    }
  }

  /** Checks a number within bounds. */
  public int within(int least, int most, String option, int value) {
    check(
        value >= least && value <= most, option, "must be %s to %s".formatted(least, most), value);
    return value;
  }

  /** Checks a positive number. */
  public int positive(String option, int value) {
    check(value > 0, option, "must be at least 1", value);
    return value;
  }

  /** Checks a free local port; 0 is any port. */
  public int port(String option, int value) {
    within(0, LAST_PORT, option, value);
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), value));
      return value;
    } catch (IOException e) {
      throw invalid(
          option, "must be a port that can be opened (%s)".formatted(e.getMessage()), value, e);
    }
  }

  /** Checks a readable file. */
  public java.nio.file.Path file(String option, java.nio.file.Path file) {
    check(
        Files.isRegularFile(file) && Files.isReadable(file),
        option,
        "must be a file that can be read",
        file);
    return file;
  }

  /**
   * Checks a writable local folder, which is created if missing.
   *
   * @return its absolute path, by which Flink finds the same folder
   */
  public java.nio.file.Path folder(String option, java.nio.file.Path folder) {
    check(folder.toString().indexOf('\\') < 0, option, "must have no backslash", folder);
    try {
      Files.createDirectories(folder);
      check(Files.isWritable(folder), option, "must be a folder that can be written", folder);
      // The meaning of .. depends on symbolic links, which Flink does not resolve before it removes
      // the pair.
      java.nio.file.Path absolute = folder.toAbsolutePath();
      return absolute.equals(absolute.normalize()) ? absolute : folder.toRealPath();
    } catch (FileAlreadyExistsException e) {
      throw invalid(option, "must be a folder", folder, e);
    } catch (IOException e) {
      throw invalid(option, "must be a folder that can be made", folder, e);
    }
  }

  /** Locks a folder that no other process uses; this process owns it until it ends. */
  public FolderLock lock(String option, java.nio.file.Path folder, Instant now) throws IOException {
    try {
      return FolderLock.take(folder, now);
    } catch (FolderLock.InUse e) {
      throw inUse(option, folder, e);
    }
  }

  /**
   * Checks a folder or file on any file system of Flink, existing or not.
   *
   * @see FolderUri
   */
  public Path named(String option, String uri) {
    try {
      Path path = FolderUri.path(uri);
      path.getFileSystem();
      return path;
    } catch (UnsupportedFileSystemSchemeException | IllegalArgumentException e) {
      throw invalid(option, "must be on a file system that is known here", uri, e);
    } catch (IOException e) {
      throw invalid(option, "must be on a file system that can be reached", uri, e);
    }
  }

  /** Checks a folder on any file system of Flink, which is created if missing. */
  public Path made(String option, String uri) {
    Path folder = named(option, uri);
    try {
      WatchedFolder.make(folder);
      return folder;
    } catch (IOException e) {
      throw invalid(
          option, "must be a folder that can be made (%s)".formatted(Tool.sentence(e)), uri, e);
    }
  }

  /**
   * Checks a complete savepoint or checkpoint: a folder with {@code _metadata}, or that file.
   *
   * @return its name for Flink
   */
  public String savepoint(String option, String uri) {
    Path path = named(option, uri);
    try {
      boolean file = path.getName().equals(METADATA);
      Path metadata = file ? path : new Path(path, METADATA);
      check(
          path.getFileSystem().exists(metadata),
          option,
          "must name a savepoint or checkpoint, which is a folder with _metadata,",
          uri);
      Path whole = file ? path.getParent() : path;
      return whole.makeQualified(whole.getFileSystem()).toString();
    } catch (IOException e) {
      throw invalid(
          option,
          "must name a savepoint that can be read (%s)".formatted(Tool.sentence(e)),
          uri,
          e);
    }
  }

  /** Checks that none of these processes uses a folder. */
  public void notOf(Collection<ProcessHandle> processes, String option, java.nio.file.Path folder) {
    for (ProcessHandle process : processes) {
      throw inUse(option, folder, FolderLock.InUse.by(process));
    }
  }

  private ParameterException inUse(String option, java.nio.file.Path folder, FolderLock.InUse e) {
    String sentence = "%s must not be in use, but %s: '%s'";
    return new ParameterException(
        command.commandLine(), sentence.formatted(option, e.getMessage(), folder), e);
  }

  private ParameterException invalid(String option, String rule, Object value, Exception cause) {
    return new ParameterException(
        command.commandLine(), "%s %s but was '%s'".formatted(option, rule, value), cause);
  }
}
