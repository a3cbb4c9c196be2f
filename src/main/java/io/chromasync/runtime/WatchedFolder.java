package io.chromasync.runtime;

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
 * Folder that receives files from an operator while the job runs. A missing folder is created where
 * it is listed.
 *
 * <p>Each file is read once: Flink's {@code FileSource} keeps the paths of all files read in its
 * state. A file must therefore not be written again under its name after it was read. A file is
 * read once two consecutive listings find it {@linkplain SettledFiles unchanged}: a copy may take
 * long, but must not pause for an interval. A file that was {@linkplain #put put} is read at once.
 */
public final class WatchedFolder {

  /** End of the names of files that {@link #put} wrote: they are whole from the beginning. */
  static final String WHOLE = ".whole";

  /** Interval between two listings. */
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  private WatchedFolder() {}

  /**
   * Returns the lines of the files.
   *
   * @param uid uid and name of the source
   * @param interval interval between two listings; null = the folder is listed once, and the stream
   *     ends
   * @param withoutEventTime watermark strategy of the lines; must not hold back the watermarks of
   *     other streams
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
   * Creates the folder that a setting names, with all its parents, unless it exists.
   *
   * @throws IOException if it cannot be created
   */
  public static void make(String uri) throws IOException {
    make(FolderUri.path(uri));
  }

  /**
   * Creates a folder, with all its parents, unless it exists.
   *
   * @throws IOException if it cannot be created
   */
  public static void make(Path folder) throws IOException {
    try {
      if (folder.getFileSystem().mkdirs(folder)) {
        return;
      }
    } catch (FileAlreadyExistsException e) {
      throw cannotBeMade(folder, "there is a file", e);
    }
    throw cannotBeMade(folder, "its file system rejects it", null);
  }

  /**
   * Puts a file into the folder, where it appears atomically: it is written under a hidden name
   * first.
   *
   * @param name beginning of the file's name, which describes its content or its time
   * @return path of the file
   * @throws FileAlreadyExistsException if a file of this name exists, which stays unchanged
   * @throws IOException if it cannot be written
   */
  public static Path put(Path folder, String name, Content content) throws IOException {
    FileSystem system = folder.getFileSystem();
    make(folder);
    Path file = new Path(folder, name + WHOLE);
    rejectExisting(system, file);
    Path hidden = new Path(folder, "." + name + "." + UUID.randomUUID());
    try (FSDataOutputStream stream = system.create(hidden, WriteMode.NO_OVERWRITE)) {
      content.write(stream);
    }
    if (!system.rename(hidden, file)) {
      system.delete(hidden, false);
      // Another task may have put the file meanwhile.
      rejectExisting(system, file);
      throw new IOException("%s could not be renamed to %s".formatted(hidden, file));
    }
    return file;
  }

  private static void rejectExisting(FileSystem system, Path file) throws IOException {
    if (system.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  /** Writes the content of a file. */
  public interface Content {
    void write(OutputStream stream) throws IOException;
  }

  private static IOException cannotBeMade(Path folder, String reason, Exception cause) {
    return new IOException("No folder can be made at %s: %s".formatted(folder, reason), cause);
  }
}
