package io.chromasync.ops;

import io.chromasync.runtime.WatchedFolder;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Files of a folder on any file system of Flink. */
public final class Folder {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Folder() {}

  /**
   * All files below a folder, or the file itself, sorted by path. Hidden files (their name begins
   * with a dot or an underscore) are skipped, as in Flink's file source.
   */
  public static List<Path> files(Path path) throws IOException {
    List<Path> files = new ArrayList<>();
    FileSystem system = path.getFileSystem();
    collect(system, system.getFileStatus(path), files);
    files.sort(Comparator.comparing(Path::toString));
    return files;
  }

  /**
   * Writes a file into a folder that the job watches. The file appears whole, because it is written
   * under a hidden name first. Its name contains the time, so no file is ever overwritten.
   *
   * @param kind beginning of its name
   * @param suffix end of its name
   */
  public static Path put(
      Path folder, String kind, String suffix, Instant now, WatchedFolder.Content content)
      throws IOException {
    return WatchedFolder.put(folder, kind + "-" + TIME.format(now) + suffix, content);
  }

  private static void collect(FileSystem system, FileStatus status, List<Path> files)
      throws IOException {
    if (!status.isDir()) {
      files.add(status.getPath());
      return;
    }
    for (FileStatus child : system.listStatus(status.getPath())) {
      if (!isHidden(child.getPath())) {
        collect(system, child, files);
      }
    }
  }

  private static boolean isHidden(Path path) {
    return path.getName().startsWith(".") || path.getName().startsWith("_");
  }
}
