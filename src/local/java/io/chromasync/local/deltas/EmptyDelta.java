package io.chromasync.local.deltas;

import io.chromasync.model.CollectionName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.sqlite.SQLiteConfig;

/** Deltas without records, made without a server. */
public final class EmptyDelta {

  private EmptyDelta() {}

  /** Makes one in a folder that is empty. */
  public static DeltaTemplate in(Path folder, CollectionName collection) {
    String name = collection.name().toLowerCase(Locale.ROOT);
    run(folder, script().replace("'lines'", "'%s'".formatted(name)));
    return DeltaTemplate.of(folder);
  }

  private static String script() {
    try (InputStream file = EmptyDelta.class.getResourceAsStream("/delta/lines.sql")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path folder, String script) {
    String url = "jdbc:sqlite:" + folder.resolve("chroma.sqlite3");
    try (Connection connection = new SQLiteConfig().createConnection(url);
        Statement statement = connection.createStatement()) {
      for (String each : script.split(";", -1)) {
        if (!each.isBlank()) {
          statement.executeUpdate(each);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
