package io.chromasync.ops;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.TextFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads files that options name. */
public final class OptionFile {

  private OptionFile() {}

  /**
   * Reads the text of a file.
   *
   * @param option that names the file, as in {@code --config}
   * @throws InvalidSettings if the file does not exist, or is not a readable text file
   */
  public static String text(String option, Path file) {
    try {
      return TextFile.read(file);
    } catch (IOException e) {
      throw new InvalidSettings(
          "%s must name a file of text but was '%s', which %s"
              .formatted(option, file, e.getMessage()));
    }
  }

  /**
   * Reads a job's settings.
   *
   * @throws InvalidSettings if the file cannot be read, or has no groups of properties
   */
  public static ApplicationProperties settings(String option, Path file) {
    return ApplicationProperties.parse(text(option, file), "the file " + file);
  }
}
