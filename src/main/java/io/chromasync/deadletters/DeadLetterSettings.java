package io.chromasync.deadletters;

import io.chromasync.config.FolderUri;
import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The settings of group {@code dead-letters}.
 *
 * @param uri folder of what could not have its effect
 * @param redriveUri folder of what is sent again
 */
public record DeadLetterSettings(String uri, String redriveUri) implements Serializable {

  public static final ConfigOption<String> URI =
      ConfigOptions.key("uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder for changes that could not have their effect, on any file system Flink knows:"
                  + " s3://bucket/path, file:///path. Only in a file: URI is %20 a blank. Required.");

  public static final ConfigOption<String> REDRIVE_URI =
      ConfigOptions.key("redrive-uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder that the job watches for dead letters that are sent again; bin/redrive puts"
                  + " them there. Created if missing. Not set = 'uri' with -redrive at its end.");

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

  /** Where letters of a folder are put to be sent again, unless the settings say otherwise. */
  public static String redriveUriOf(String uri) {
    return uri.replaceAll("/+$", "") + "-redrive";
  }
}
