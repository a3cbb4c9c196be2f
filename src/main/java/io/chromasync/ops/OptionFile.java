package io.chromasync.ops;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that options name. */
final class OptionFile {

  private OptionFile() {}

  /**
   * The text of a file.
   *
   * @param option that names it, as in {@code --config}
   * @throws InvalidSettings if it is not there, or is no text that can be read
   */
  static String text(String option, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new InvalidSettings(
          "%s must name a file but was '%s', which cannot be read as text: %s"
              .formatted(option, file, e.getClass().getSimpleName()));
    }
  }

  /**
   * A job's settings.
   *
   * @throws InvalidSettings likewise, or if it holds no groups of properties
   */
  static ApplicationProperties settings(String option, Path file) {
    return ApplicationProperties.parse(text(option, file), "the file " + file);
  }
}
