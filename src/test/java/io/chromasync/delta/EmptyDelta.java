package io.chromasync.delta;

import io.chromasync.testing.DeltaTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A delta for {@code lines} without records, made without a server. */
final class EmptyDelta {

  private EmptyDelta() {}

  /** Makes it in a folder that is empty. */
  static DeltaTemplate in(Path folder) {
    try (InputStream file = EmptyDelta.class.getResourceAsStream("/delta/lines.sql")) {
      String script = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      Sqlite.run(
          folder,
          Arrays.stream(script.split(";")).filter(each -> !each.isBlank()).toArray(String[]::new));
      return DeltaTemplate.of(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
