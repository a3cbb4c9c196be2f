package io.chromasync.deadletters;

import io.chromasync.config.FolderUri;
import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * Settings of the group {@code dead-letters}.
 *
 * @param uri folder of the dead-letter queue
 * @param redriveUri folder of the dead letters to redrive
 */
public record DeadLetterSettings(String uri, String redriveUri) implements Serializable {

  public static final ConfigOption<String> URI =
      ConfigOptions.key("uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder of the dead-letter queue, on any file system of Flink: s3://bucket/path,"
                  + " file:///path. Only in a file: URI does %20 denote a space. Required.");

  public static final ConfigOption<String> REDRIVE_URI =
      ConfigOptions.key("redrive-uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder that the job watches for dead letters to redrive; bin/redrive writes them."
                  + " Created if missing. Not set = 'uri' with the suffix -redrive.");

  public static DeadLetterSettings from(PropertyGroup group) {
    String uri = group.require(URI);
    String given = group.get(REDRIVE_URI);
    DeadLetterSettings settings =
        new DeadLetterSettings(uri, given == null && uri != null ? redriveUriOf(uri) : given);
    group.check(uri == null || FolderUri.isUsable(uri), URI, FolderUri.RULE);
    group.check(given == null || FolderUri.isUsable(given), REDRIVE_URI, FolderUri.RULE);
    group.check(
        !FolderUri.overlap(given, uri), REDRIVE_URI, "must not be within 'uri' nor around it,");
    return settings;
  }

  /** Returns the default redrive folder of a dead-letter queue. */
  public static String redriveUriOf(String uri) {
    return uri.replaceAll("/+$", "") + "-redrive";
  }
}
