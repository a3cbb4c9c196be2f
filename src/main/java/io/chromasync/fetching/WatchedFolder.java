package io.chromasync.fetching;

import io.chromasync.config.FolderUri;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A folder that an operator puts files into while the job runs. Each file is read once: Flink's
 * {@code FileSource} keeps the paths it has read in state, so a file must never be written again
 * under its name, and must appear whole, by a rename.
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
    if (interval != null) {
      files.monitorContinuously(interval);
    }
    DataStreamSource<String> lines = env.fromSource(files.build(), withoutEventTime, uid);
    lines.uid(uid);
    return lines;
  }

  /**
   * Makes the folder that a setting names, which must be there when it is first listed.
   *
   * @throws IOException if it cannot be made
   */
  public static void make(String uri) throws IOException {
    make(FolderUri.path(uri));
  }

  /** As {@link #make(String)}. */
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

  private static IOException cannotBeMade(Path folder, String reason, Exception cause) {
    return new IOException("No folder can be made at %s: %s".formatted(folder, reason), cause);
  }
}
