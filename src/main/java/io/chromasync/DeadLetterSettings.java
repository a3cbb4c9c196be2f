package io.chromasync;

import io.chromasync.config.PropertyGroup;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.fs.Path;

/** The settings of group {@code dead-letters}. */
record DeadLetterSettings(String uri) implements Serializable {

  static final ConfigOption<String> URI =
      ConfigOptions.key("uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder for changes that could not have their effect, on any file system Flink knows:"
                  + " s3://bucket/path, file:///path.");

  static DeadLetterSettings from(PropertyGroup group) {
    String uri = group.require(URI);
    if (uri != null) {
      try {
        new Path(uri).getFileSystem();
      } catch (IOException | IllegalArgumentException e) {
        group.check(false, URI, "must be a folder on a file system that Flink has a plugin for");
      }
    }
    return new DeadLetterSettings(uri);
  }
}
