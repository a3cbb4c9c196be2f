package io.chromasync.delta.format;

import io.chromasync.model.Excerpt;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.Pragma;

/**
 * Tables of a delta's database, opened read-only. The database is untrusted and may contain
 * programs: a view with the name of a table is a query that need not end. Every table is therefore
 * checked to be an intact table before it is read; see <a
 * href="https://sqlite.org/security.html">Defense Against The Dark Arts</a>.
 *
 * <p>Not thread-safe; an interrupt of the reading thread ends a query.
 */
public final class DeltaTables implements AutoCloseable {

  /** Maximum bytes of one row: a vector of 65,536 numbers takes a quarter of them. */
  private static final int LONGEST_ROW = 1 << 20;

  /**
   * Instructions of SQLite's virtual machine between two checks for an interrupt: about a
   * millisecond.
   */
  private static final int STEPS = 10_000;

  private final Connection connection;

  private DeltaTables(Connection connection) {
    this.connection = connection;
  }

  static DeltaTables open(Path file) throws UnusableDelta {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setPragma(Pragma.LIMIT_LENGTH, Integer.toString(LONGEST_ROW));
    config.setPragma(Pragma.LIMIT_ATTACHED, "0");
    try {
      DeltaTables tables = new DeltaTables(config.createConnection("jdbc:sqlite:" + file));
      try {
        tables.distrust();
        return tables;
      } catch (SQLException e) {
        tables.close();
        throw e;
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** Checks that these names are intact tables: SQLite tolerates many kinds of damage. */
  void require(String... tables) throws UnusableDelta {
    for (String table : tables) {
      if (!has(table)) {
        throw UnusableDelta.incomplete("%s has no table %s".formatted(DeltaDatabase.FILE, table));
      }
      each(
          "SELECT integrity_check AS problem FROM pragma_integrity_check(?)",
          row -> {
            if (!row.text("problem").equals("ok")) {
              throw UnusableDelta.incomplete(
                  "%s is damaged in its table %s: %s"
                      .formatted(DeltaDatabase.FILE, table, Excerpt.of(row.text("problem"))));
            }
          },
          table);
    }
  }

  /** Returns true if a table of this name exists; views and virtual tables do not count. */
  boolean has(String table) throws UnusableDelta {
    boolean[] has = new boolean[1];
    each(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ?",
        row -> has[0] = true,
        table);
    return has[0];
  }

  /** Passes on the rows of a query in order. */
  void each(String sql, Reading reading, Object... parameters) throws UnusableDelta {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        query.setObject(i + 1, parameters[i]);
      }
      try (ResultSet found = query.executeQuery()) {
        SqliteRow row = new SqliteRow(found);
        while (found.next()) {
          reading.read(row);
        }
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  @Override
  public void close() throws UnusableDelta {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private void distrust() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA cell_size_check = ON");
      statement.execute("PRAGMA ignore_check_constraints = ON");
    }
    ProgressHandler.setHandler(
        connection,
        STEPS,
        new ProgressHandler() {
          @Override
          protected int progress() {
            return Thread.currentThread().isInterrupted() ? 1 : 0;
          }
        });
  }

  private static UnusableDelta unreadable(SQLException e) {
    return UnusableDelta.incomplete(
        "%s cannot be read: %s".formatted(DeltaDatabase.FILE, Excerpt.of(e.getMessage())), e);
  }

  /** Callback for a row. */
  @FunctionalInterface
  interface Reading {
    void read(SqliteRow row) throws SQLException, UnusableDelta;
  }
}
