package io.chromasync.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an export lies in S3: the folder that holds its {@code manifest-summary.json}.
 *
 * @param folder without a slash at either end; not empty
 */
record ExportLocation(String bucket, String folder) {

  /** What such a URI looks like, for messages. */
  static final String EXAMPLE = "s3://bucket/prefix/AWSDynamoDB/01693685827463-2d8752fd";

  private static final String SUMMARY = "manifest-summary.json";
  private static final Pattern URI = Pattern.compile("s3a?://([a-z0-9][a-z0-9.-]+)/+(.+?)/*");

  /** The location that a URI names, by the folder or by the manifest in it; null if it is none. */
  static ExportLocation parse(String uri) {
    Matcher parts = URI.matcher(uri.strip());
    if (!parts.matches()) {
      return null;
    }
    String folder = parts.group(2);
    boolean namesFile = folder.endsWith("/" + SUMMARY);
    return new ExportLocation(
        parts.group(1),
        namesFile ? folder.substring(0, folder.length() - SUMMARY.length() - 1) : folder);
  }

  /** The key of a file in the folder. */
  String key(String name) {
    return folder + "/" + name;
  }

  String summaryKey() {
    return key(SUMMARY);
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + folder;
  }
}
