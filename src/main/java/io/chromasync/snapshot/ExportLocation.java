package io.chromasync.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where one export lies: the folder of its manifests.
 *
 * @param folder key of the folder, with a slash at its end
 */
record ExportLocation(String bucket, String folder) {

  private static final Pattern URI =
      Pattern.compile("s3a?://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?<folder>[^,]*[^/,])/*");

  /** The folder in which DynamoDB puts all exports of a prefix. */
  private static final String ALL = "AWSDynamoDB/";

  static boolean isUri(String uri) {
    return URI.matcher(uri).matches();
  }

  /** Of a text that {@link #isUri}. */
  static ExportLocation of(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'%s' is no s3:// folder".formatted(uri));
    }
    return new ExportLocation(matcher.group("bucket"), matcher.group("folder") + "/");
  }

  String key(String file) {
    return folder + file;
  }

  String uri(String key) {
    return "s3://%s/%s".formatted(bucket, key);
  }

  /**
   * The key of a data file. What the manifest says holds from {@code AWSDynamoDB/} on; what is
   * before it depends on the prefix, and on whether the export was copied elsewhere.
   *
   * @param said {@code dataFileS3Key} of the manifest
   */
  String dataFile(String said) {
    int ours = folder.lastIndexOf(ALL);
    int theirs = said.lastIndexOf(ALL);
    return ours < 0 || theirs < 0 ? said : folder.substring(0, ours) + said.substring(theirs);
  }
}
