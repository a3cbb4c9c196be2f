package io.chromasync.fetching;

import io.chromasync.config.FolderUri;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.UUID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A folder that an operator puts files into while the job runs. Each file is read once: Flink's
 * {@code FileSource} keeps the paths it has read in state, so a file must never be written again
 * under its name once it was read. It is read when two listings have found it {@linkplain
 * SettledFiles unchanged}: a copy may take its time, but must not rest for an interval. A folder
 * that is missing is made where it is listed.
 */
public final class WatchedFolder {

  /** How often it is listed. */
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  private WatchedFolder() {}

  /**
   * The lines of its files.
   *
   * @param uid of the source, and its name
   * @param interval how often it is listed; null = once, and the stream ends then
   * @param withoutEventTime of lines; must let other streams go on
   */
  public static DataStreamSource<String> lines(
      StreamExecutionEnvironment env,
      String uid,
      String uri,
      Duration interval,
      WatermarkStrategy<String> withoutEventTime) {
    var files = FileSource.forRecordStreamFormat(new TextLineInputFormat(), FolderUri.path(uri));
    if (interval == null) {
      files.setFileEnumerator(MakingEnumerator::new);
    } else {
      files.setFileEnumerator(SettledFiles::new).monitorContinuously(interval);
    }
    DataStreamSource<String> lines = env.fromSource(files.build(), withoutEventTime, uid);
    lines.uid(uid);
    return lines;
  }

  /**
   * Makes the folder that a setting names, with all above it, unless it is there.
   *
   * @throws IOException if it cannot be made
   */
  public static void make(String uri) throws IOException {
    make(FolderUri.path(uri));
  }

  /**
   * Makes a folder, with all above it, unless it is there.
   *
   * @throws IOException if it cannot be made
   */
  public static void make(Path folder) throws IOException {
    try {
      if (folder.getFileSystem().mkdirs(folder)) {
        return;
      }
    } catch (FileAlreadyExistsException e) {
      throw cannotBeMade(folder, "there is a file", e);
    }
    throw cannotBeMade(folder, "its file system refuses", null);
  }

  /**
   * Puts a file into the folder, where it appears whole: it is written under a hidden name first.
   *
   * @param name of the file, which says what is in it or when it was put
   * @return where it is
   * @throws FileAlreadyExistsException if there is a file of this name, which stays as it is
   * @throws IOException if it cannot be written
   */
  public static Path put(Path folder, String name, Content content) throws IOException {
    FileSystem system = folder.getFileSystem();
    make(folder);
    Path file = new Path(folder, name);
    refuse(system, file);
    Path hidden = new Path(folder, "." + name + "." + UUID.randomUUID());
    try (FSDataOutputStream stream = system.create(hidden, WriteMode.NO_OVERWRITE)) {
      content.write(stream);
    }
    if (!system.rename(hidden, file)) {
      system.delete(hidden, false);
      // Another task may have been faster.
      refuse(system, file);
      throw new IOException("%s could not be renamed to %s".formatted(hidden, file));
    }
    return file;
  }

  private static void refuse(FileSystem system, Path file) throws IOException {
    if (system.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  /** Writes what a file is to hold. */
  public interface Content {
    void write(OutputStream stream) throws IOException;
  }

  private static IOException cannotBeMade(Path folder, String reason, Exception cause) {
    return new IOException("No folder can be made at %s: %s".formatted(folder, reason), cause);
  }
}
