package io.chromasync.delta;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;

/** Looks into the database of a delta, and spoils it. */
final class Sqlite {

  private Sqlite() {}

  static void run(Path folder, String... statements) {
    try (Connection connection = open(folder);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.executeUpdate(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static int count(Path folder, String table) {
    return Integer.parseInt(rows(folder, "SELECT count(*) FROM " + table).get(0).get(0));
  }

  /** Rows as texts. */
  static List<List<String>> rows(Path folder, String query) {
    try (Connection connection = open(folder);
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      List<List<String>> rows = new ArrayList<>();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.add(found.getString(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection open(Path folder) throws SQLException {
    return new SQLiteConfig().createConnection("jdbc:sqlite:" + folder.resolve("chroma.sqlite3"));
  }
}
