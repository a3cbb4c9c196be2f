package io.chromasync.delta.format;

import io.chromasync.model.Excerpt;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Current row of an SQLite result: reads columns by name, and rejects values of another type.
 * SQLite allows values of any type in any column, and its driver converts them, so NULL becomes 0.
 * This class rejects a value of another type as a bad delta.
 *
 * <p>Valid until the next row is read.
 */
public final class SqliteRow {

  private final ResultSet found;

  SqliteRow(ResultSet found) {
    this.found = found;
  }

  boolean isNull(String column) throws SQLException {
    return found.getObject(column) == null;
  }

  /** Returns a string that must not be null. */
  String text(String column) throws SQLException, UnusableDelta {
    return required(column, "a string", optionalText(column));
  }

  /** Returns null if there is none. */
  String optionalText(String column) throws SQLException, UnusableDelta {
    Object value = found.getObject(column);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wanted(column, "a string", value);
  }

  /** Returns an integer that must not be null. */
  long whole(String column) throws SQLException, UnusableDelta {
    Object value = found.getObject(column);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wanted(column, "an integer", value);
  }

  /** Returns a number that must not be null; may be NaN or infinite. */
  double real(String column) throws SQLException, UnusableDelta {
    if (found.getObject(column) instanceof Number number) {
      return number.doubleValue();
    }
    throw wanted(column, "a number", found.getObject(column));
  }

  /** Returns null if there are none. */
  byte[] bytes(String column) throws SQLException, UnusableDelta {
    Object value = found.getObject(column);
    if (value == null || value instanceof byte[]) {
      return (byte[]) value;
    }
    throw wanted(column, "bytes", value);
  }

  private static <T> T required(String column, String kind, T value) throws UnusableDelta {
    if (value == null) {
      throw wanted(column, kind, null);
    }
    return value;
  }

  private static UnusableDelta wanted(String column, String kind, Object value) {
    String found = value instanceof byte[] ? "bytes" : Excerpt.of(value);
    return new UnusableDelta(
        "%s has a row whose %s is %s where %s is expected"
            .formatted(DeltaDatabase.FILE, column, found, kind));
  }
}
