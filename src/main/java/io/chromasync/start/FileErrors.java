package io.chromasync.start;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** Classifies errors of Flink's file systems: which of them may pass by themselves. */
public final class FileErrors {

  private FileErrors() {}

  /**
   * Whether another attempt may succeed. A local disk is not away for a moment; of another file
   * system only what says that a file is missing, denied or of the wrong kind is final.
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
