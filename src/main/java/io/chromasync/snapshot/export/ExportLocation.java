package io.chromasync.snapshot.export;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Location of one export: the folder of its manifests.
 *
 * @param folder key of the folder, with a trailing slash
 */
public record ExportLocation(String bucket, String folder) {

  private static final Pattern URI =
      Pattern.compile("s3a?://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?<folder>[^,]*[^/,])/*");

  /** Folder in which DynamoDB puts all exports of a prefix. */
  private static final String ALL = "AWSDynamoDB/";

  /** Returns whether a text is the {@code s3://} or {@code s3a://} URI of a folder. */
  public static boolean isUri(String uri) {
    return URI.matcher(uri).matches();
  }

  /** Parses a URI for which {@link #isUri} is true. */
  public static ExportLocation of(String uri) {
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
   * Key of a data file. The manifest's key is valid from {@code AWSDynamoDB/} on. The part before
   * depends on the prefix, and on a copy of the export to another location.
   *
   * @param said {@code dataFileS3Key} of the manifest
   */
  public String dataFile(String said) {
    int ours = folder.lastIndexOf(ALL);
    int theirs = said.lastIndexOf(ALL);
    return ours < 0 || theirs < 0 ? said : folder.substring(0, ours) + said.substring(theirs);
  }
}
