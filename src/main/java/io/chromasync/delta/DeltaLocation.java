package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.Excerpt;
import io.chromasync.model.RunDelta;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Location of a delta in S3.
 *
 * @param prefix prefix of all its keys, ends with a slash
 */
record DeltaLocation(String bucket, String prefix) {

  /** Pattern of a bucket name. */
  static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,62}");

  private static final String SCHEME = "s3://";

  /**
   * Parses the item's prefix: a key prefix, or {@code s3://bucket/prefix}, with or without a
   * trailing slash.
   *
   * @param bucket bucket for prefixes without a bucket; null if none is set
   * @throws UnusableDelta if bucket or prefix is missing
   */
  static DeltaLocation of(RunDelta delta, String bucket) throws UnusableDelta {
    String said = delta.prefix();
    if (said == null || said.isBlank()) {
      throw new UnusableDelta(
          "The delta cannot be found: the run's item has no %s_delta_prefix"
              .formatted(delta.collection().name().toLowerCase(Locale.ROOT)));
    }
    if (said.startsWith(SCHEME)) {
      String[] parts = said.substring(SCHEME.length()).split("/", 2);
      return of(parts[0], parts.length > 1 ? parts[1] : "", said);
    }
    if (bucket == null) {
      throw new UnusableDelta(
          ("The delta '%s' cannot be found: its prefix names no bucket and 'delta.bucket' is not"
                  + " set; set it to the bucket of the deltas")
              .formatted(Excerpt.of(said)));
    }
    return of(bucket, said, said);
  }

  private static DeltaLocation of(String bucket, String path, String said) throws UnusableDelta {
    String prefix = path.strip().replaceAll("^/+|/+$", "");
    if (!BUCKET.matcher(bucket).matches() || prefix.isEmpty()) {
      throw new UnusableDelta(
          "The delta cannot be found: its prefix '%s' must be like s3://bucket/prefix or prefix"
              .formatted(Excerpt.of(said)));
    }
    return new DeltaLocation(bucket, prefix + "/");
  }

  /** Returns the key of the delta's archive. */
  String archive() {
    return prefix + "delta.tar.gz";
  }

  /** Returns the name of an object relative to the prefix. */
  String name(String key) {
    return key.substring(prefix.length());
  }

  String uri(String key) {
    return SCHEME + bucket + "/" + Excerpt.of(key);
  }
}
