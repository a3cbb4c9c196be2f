package io.chromasync.deadletters;

import io.chromasync.config.PropertyGroup;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.fs.Path;

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
                  + " s3://bucket/path, file:///path. Required.");

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
    if (uri != null) {
      group.check(
          isFolder(uri), URI, "must be a folder on a file system that Flink has a plugin for");
    }
    if (given != null) {
      group.check(
          isFolder(given) && !isWithin(given, uri) && !isWithin(uri, given),
          REDRIVE_URI,
          "must be a folder on a file system that Flink has a plugin for, and not within 'uri' nor"
              + " around it,");
    }
    return settings;
  }

  /** Where letters of a folder are put to be sent again, unless the settings say otherwise. */
  public static String redriveUriOf(String uri) {
    return uri.replaceAll("/+$", "") + "-redrive";
  }

  private static boolean isFolder(String uri) {
    try {
      new Path(uri).getFileSystem();
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isWithin(String inner, String outer) {
    return inner != null
        && outer != null
        && (inner + "/").startsWith(outer.replaceAll("/+$", "") + "/");
  }
}
