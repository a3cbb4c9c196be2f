package io.chromasync.config;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import org.apache.flink.core.fs.Path;

/** What is asked of folders that settings name, on any file system of Flink. */
public final class FolderUri {

  /** What holds for a good one, for {@link PropertyGroup#check}. */
  public static final String RULE =
      "must be an absolute path on a file system that Flink has a plugin for, as"
          + " s3://bucket/path or file:///path,";

  private static final String LOCAL = "file";

  private FolderUri() {}

  /**
   * Whether every process of the job finds it: Flink has its file system, and it does not depend on
   * where a process was started.
   */
  public static boolean isUsable(String uri) {
    try {
      Path folder = new Path(uri);
      folder.getFileSystem();
      return folder.isAbsolute();
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether they are the same or one lies in the other; null is nowhere. */
  public static boolean overlap(String one, String other) {
    if (one == null || other == null || !isUsable(one) || !isUsable(other)) {
      return false;
    }
    URI first = new Path(one).toUri();
    URI second = new Path(other).toUri();
    return scheme(first).equals(scheme(second))
        && Objects.equals(first.getAuthority(), second.getAuthority())
        && (isWithin(first, second) || isWithin(second, first));
  }

  private static boolean isWithin(URI inner, URI outer) {
    return path(inner).startsWith(path(outer));
  }

  private static String path(URI uri) {
    return uri.getPath().endsWith("/") ? uri.getPath() : uri.getPath() + "/";
  }

  private static String scheme(URI uri) {
    return uri.getScheme() == null ? LOCAL : uri.getScheme();
  }
}
