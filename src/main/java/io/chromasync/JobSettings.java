package io.chromasync;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.TextFile;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.delta.DeltaSettings;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.source.SourceSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.util.ParameterTool;

/**
 * Settings of the job, with a component for each property group.
 *
 * <p>They are read from the first of these that is given:
 *
 * <ul>
 *   <li>the file of {@code --config FILE},
 *   <li>the file that the environment variable {@code CHROMASYNC_CONFIG} names,
 *   <li>the application properties of Amazon Managed Service for Apache Flink, whose runtime stores
 *       them in {@code /etc/flink/application_properties.json}.
 * </ul>
 */
record JobSettings(
    SourceSettings source,
    ResolveSettings resolve,
    WindowSettings window,
    ChromaSettings chroma,
    DeltaSettings delta,
    RunSettings runs,
    SnapshotSettings snapshot,
    DeadLetterSettings deadLetters) {

  static final String CONFIG = "config";
  static final String CONFIG_VARIABLE = "CHROMASYNC_CONFIG";

  /**
   * Locates and reads the settings.
   *
   * @throws InvalidSettings with all problems
   */
  static JobSettings load(String[] args, Map<String, String> environment, Domain domain) {
    ParameterTool parameters = options(args);
    for (String name : parameters.toMap().keySet()) {
      if (!name.equals(CONFIG)) {
        throw new InvalidSettings(
            "Option '--%s' is unknown; known is --config FILE".formatted(name));
      }
    }
    String file = parameters.get(CONFIG, environment.get(CONFIG_VARIABLE));
    return from(file == null ? ofRuntime() : ofFile(file), domain);
  }

  private static ParameterTool options(String[] args) {
    try {
      return ParameterTool.fromArgs(args);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(
          "The arguments %s are not understood; known is --config FILE"
              .formatted(String.join(" ", args)));
    }
  }

  static JobSettings from(ApplicationProperties properties, Domain domain) {
    SourceSettings source = SourceSettings.from(properties.group("source"));
    DeadLetterSettings deadLetters = DeadLetterSettings.from(properties.group("dead-letters"));
    ChromaSettings chroma = ChromaSettings.from(properties.group("chroma"), domain.tree());
    JobSettings settings =
        new JobSettings(
            source,
            ResolveSettings.from(properties.group("resolve")),
            WindowSettings.from(properties.group("window")),
            chroma,
            DeltaSettings.from(properties.group("delta"), source.access()),
            RunSettings.from(
                properties.group("runs"),
                source.tableSetting(),
                source.tableAccess(),
                chroma.isLive()),
            SnapshotSettings.from(
                properties.group("snapshot"),
                new SnapshotSettings.Defaults(
                    source.tableSetting(),
                    source.tableAccess(),
                    deadLetters.uri(),
                    deadLetters.redriveUri())),
            deadLetters);
    properties.check();
    return settings;
  }

  private static ApplicationProperties ofFile(String file) {
    String text;
    try {
      text = TextFile.read(file);
    } catch (IOException e) {
      throw new InvalidSettings(
          "The file '%s' of --config or %s %s".formatted(file, CONFIG_VARIABLE, e.getMessage()));
    }
    return ApplicationProperties.parse(text, "the file " + file);
  }

  private static ApplicationProperties ofRuntime() {
    Map<String, Map<String, String>> groups = new HashMap<>();
    try {
      for (Map.Entry<String, Properties> group :
          KinesisAnalyticsRuntime.getApplicationProperties().entrySet()) {
        Map<String, String> values = new HashMap<>();
        group
            .getValue()
            .stringPropertyNames()
            .forEach(key -> values.put(key, group.getValue().getProperty(key)));
        groups.put(group.getKey(), values);
      }
    } catch (NoClassDefFoundError notOnManagedFlink) {
      groups.clear();
    } catch (IOException e) {
      throw new InvalidSettings(
          "The application properties that the runtime keeps in"
              + " /etc/flink/application_properties.json cannot be read: "
              + e.getMessage());
    }
    if (groups.isEmpty()) {
      throw new InvalidSettings(
          "No settings: pass --config FILE, or name the file in %s, or run on Amazon Managed Service"
                  .formatted(CONFIG_VARIABLE)
              + " for Apache Flink with application properties");
    }
    return new ApplicationProperties(groups);
  }
}
