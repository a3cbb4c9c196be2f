package io.chromasync.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.ChromaOptions;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.delta.DeltaSettings;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.snapshot.SnapshotOptions;
import io.chromasync.source.SourceSettings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;

/**
 * The table of settings in docs/reference/settings.md is what the code reads. {@code -Dupdate}
 * writes it anew.
 */
class SettingsReferenceTest {

  private static final Path PAGE = Path.of("docs/reference/settings.md");
  private static final String BEGIN = "<!-- written by SettingsReferenceTest -->";

  @Test
  void thePageListsEverySettingAsTheCodeReadsIt() throws Exception {
    String page = Files.readString(PAGE);
    String expected = page.substring(0, page.indexOf(BEGIN)) + BEGIN + "\n\n" + table();
    if (System.getProperty("update") != null) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }

  private static String table() throws ReflectiveOperationException, IOException {
    Map<String, Class<?>> groups = new LinkedHashMap<>();
    groups.put("source", SourceSettings.class);
    groups.put("resolve", ResolveSettings.class);
    groups.put("window", WindowSettings.class);
    groups.put("chroma", ChromaOptions.class);
    groups.put("delta", DeltaSettings.class);
    groups.put("runs", RunSettings.class);
    groups.put("snapshot", SnapshotOptions.class);
    groups.put("dead-letters", DeadLetterSettings.class);
    StringBuilder table = new StringBuilder("| group | key | default | |\n|---|---|---|---|\n");
    for (Map.Entry<String, Class<?>> group : groups.entrySet()) {
      for (Field field : group.getValue().getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
          field.setAccessible(true);
          ConfigOption<?> option = (ConfigOption<?>) field.get(null);
          if (option.key().equals("marks-collection")) {
            new Receipts()
                .tree()
                .collections()
                .forEach(
                    each -> table.append(row("chroma", ChromaOptions.nameOf(each.collection()))));
          }
          table.append(row(group.getKey(), option));
        }
      }
    }
    return table.toString();
  }

  private static String row(String group, ConfigOption<?> option) {
    return "| %s | `%s` | %s | %s |\n"
        .formatted(group, option.key(), text(option.defaultValue()), description(option));
  }

  private static String text(Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof Duration duration
        ? TimeUtils.formatWithHighestUnit(duration)
        : value.toString();
  }

  private static String description(ConfigOption<?> option) {
    return new org.apache.flink.configuration.description.HtmlFormatter()
        .format(option.description());
  }
}
