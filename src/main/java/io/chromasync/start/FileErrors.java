package io.chromasync.start;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** Classifies errors of Flink's file systems as transient or final. */
public final class FileErrors {

  private FileErrors() {}

  /**
   * Returns whether another attempt may succeed. An error of a local disk is final. On any other
   * file system, only errors for a missing file, denied access or the wrong kind of file are final.
   */
  public static boolean isTransient(String uri, IOException error) {
    if (isLocal(uri)) {
      return false;
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileNotFoundException
          || cause instanceof FileSystemException
          || cause instanceof UnsupportedFileSystemSchemeException) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLocal(String uri) {
    try {
      String scheme = new URI(uri).getScheme();
      return scheme == null || scheme.equalsIgnoreCase("file");
    } catch (URISyntaxException e) {
      return true;
    }
  }
}
