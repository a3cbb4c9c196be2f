package io.chromasync.config;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.flink.core.fs.Path;

/**
 * The folder or file that a setting or an option names, on any file system of Flink. Every name
 * becomes a Flink path here and nowhere else:
 *
 * <ul>
 *   <li>In a plain path and in the URI of another file system each character stands for itself, as
 *       Flink and the AWS CLI take it: {@code /tmp/50%20off} and {@code s3://bucket/a b#c}.
 *   <li>In a {@code file:} URI percent-encoded characters are decoded: {@code
 *       file:///tmp/dead%20letters} is {@code /tmp/dead letters}. If it has a percent sign that
 *       encodes nothing, it is taken as it is.
 * </ul>
 *
 * <p>A name with a backslash is refused, because Flink takes that for a slash.
 */
public final class FolderUri {

  /** The rule for a good one, for {@link PropertyGroup#check}. */
  public static final String RULE =
      "must be an absolute path without a backslash on a file system that Flink has a plugin for,"
          + " as s3://bucket/path or file:///path,";

  private static final String LOCAL = "file";

  static {
    // S3 file systems are built on the first AWS SDK, which would print that it is old, in a page.
    System.setProperty("aws.java.v1.disableDeprecationAnnouncement", "true");
  }

  private FolderUri() {}

  /**
   * The path that a setting or an option names.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Path path(String named) {
    String name = named.startsWith(LOCAL + ":") ? decoded(named) : named;
    if (name.indexOf('\\') >= 0) {
      throw new IllegalArgumentException("a name has no backslash, which Flink takes for a slash");
    }
    return new Path(name);
  }

  /**
   * Flink's name of a file of this machine, for its configuration.
   *
   * @throws IllegalArgumentException if Flink cannot name it
   */
  public static String ofLocal(java.nio.file.Path file) {
    return new Path(LOCAL, null, path(file.toAbsolutePath().toString()).getPath()).toString();
  }

  /** A name that Flink gave, for people: that of a local file is its path. */
  public static String shown(String flinkName) {
    URI uri = new Path(flinkName).toUri();
    return LOCAL.equals(uri.getScheme()) ? uri.getPath() : flinkName;
  }

  /**
   * Whether every process of the job finds it: Flink has its file system, and it does not depend on
   * where a process was started.
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

  /** Whether they are the same or one lies in the other; null is nowhere. */
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
      // A plus sign is itself: that it stands for a blank is a rule of forms.
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
