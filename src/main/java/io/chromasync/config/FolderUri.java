package io.chromasync.config;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.flink.core.fs.Path;

/**
 * Folder or file that a setting or an option names, on any file system of Flink. Every name is
 * converted to a Flink path here and nowhere else:
 *
 * <ul>
 *   <li>In a plain path, and in the URI of another file system, each character stands for itself,
 *       as in Flink and the AWS CLI: {@code /tmp/50%20off} and {@code s3://bucket/a b#c}.
 *   <li>In a {@code file:} URI, percent-encoded characters are decoded: {@code
 *       file:///tmp/dead%20letters} is {@code /tmp/dead letters}. A URI with a percent sign that
 *       encodes nothing is used unchanged.
 * </ul>
 *
 * <p>A name with a backslash is rejected, because Flink treats a backslash as a slash.
 */
public final class FolderUri {

  /** Rule for a valid name, for {@link PropertyGroup#check}. */
  public static final String RULE =
      "must be an absolute path without a backslash on a file system that Flink has a plugin for,"
          + " as s3://bucket/path or file:///path,";

  private static final String LOCAL = "file";

  static {
    // S3 file systems use version 1 of the AWS SDK, which would print a long deprecation notice.
    System.setProperty("aws.java.v1.disableDeprecationAnnouncement", "true");
  }

  private FolderUri() {}

  /**
   * Returns the path that a setting or an option names.
   *
   * @throws IllegalArgumentException if the name is not a path
   */
  public static Path path(String named) {
    String name = named.startsWith(LOCAL + ":") ? decoded(named) : named;
    if (name.indexOf('\\') >= 0) {
      throw new IllegalArgumentException("a name has no backslash, which Flink takes for a slash");
    }
    return new Path(name);
  }

  /**
   * Returns Flink's name of a local file, for its configuration.
   *
   * @throws IllegalArgumentException if Flink cannot name it
   */
  public static String ofLocal(java.nio.file.Path file) {
    return new Path(LOCAL, null, path(file.toAbsolutePath().toString()).getPath()).toString();
  }

  /**
   * Returns a name of Flink in the form for people: the path of a local file, or else the name
   * itself.
   */
  public static String shown(String flinkName) {
    URI uri = new Path(flinkName).toUri();
    return LOCAL.equals(uri.getScheme()) ? uri.getPath() : flinkName;
  }

  /**
   * Returns whether every process of the job finds the folder: Flink has its file system, and the
   * path does not depend on the process's working directory.
   */
  public static boolean isUsable(String uri) {
    try {
      Path folder = path(uri);
      folder.getFileSystem();
      return folder.isAbsolute();
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns whether two folders are the same or nested; false if either is null. */
  public static boolean overlap(String one, String other) {
    if (one == null || other == null || !isUsable(one) || !isUsable(other)) {
      return false;
    }
    URI first = path(one).toUri();
    URI second = path(other).toUri();
    return scheme(first).equals(scheme(second))
        && Objects.equals(first.getAuthority(), second.getAuthority())
        && (isWithin(first, second) || isWithin(second, first));
  }

  private static String decoded(String uri) {
    try {
      // A plus sign stands for itself; only HTML forms encode a blank as a plus sign.
      return URLDecoder.decode(uri.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException encodesNothing) {
      return uri;
    }
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
