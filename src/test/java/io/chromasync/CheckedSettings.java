package io.chromasync;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.delta.DeltaSettings;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.source.SourceSettings;
import java.nio.file.Path;
import java.util.Map;

/** Settings as the job reads and checks them, for tests of what is deployed. */
public record CheckedSettings(
    SourceSettings source,
    ChromaSettings chroma,
    DeltaSettings delta,
    RunSettings runs,
    SnapshotSettings snapshot,
    DeadLetterSettings deadLetters) {

  /** Reads application properties, as on Managed Flink. */
  public static CheckedSettings from(ApplicationProperties properties) {
    return of(JobSettings.from(properties, Domain.installed()));
  }

  /** Reads the file of {@code --config}. */
  public static CheckedSettings load(Path config) {
    return of(
        JobSettings.load(
            new String[] {"--config", config.toString()}, Map.of(), Domain.installed()));
  }

  private static CheckedSettings of(JobSettings settings) {
    return new CheckedSettings(
        settings.source(),
        settings.chroma(),
        settings.delta(),
        settings.runs(),
        settings.snapshot(),
        settings.deadLetters());
  }
}
