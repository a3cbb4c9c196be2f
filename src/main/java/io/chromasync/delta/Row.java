package io.chromasync.delta;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * One row of what a query finds, column by column. SQLite lets any column hold values of any kind,
 * and its driver turns one into the other, so that NULL becomes 0; here a value of another kind
 * makes the delta a bad one.
 *
 * <p>Good until the next row is read.
 */
final class Row {

  private final ResultSet found;

  Row(ResultSet found) {
    this.found = found;
  }

  boolean isNull(String column) throws SQLException {
    return found.getObject(column) == null;
  }

  /** A text that must be there. */
  String text(String column) throws SQLException, BadDelta {
    return required(column, "a text", optionalText(column));
  }

  /** Null if there is none. */
  String optionalText(String column) throws SQLException, BadDelta {
    Object value = found.getObject(column);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wanted(column, "a text", value);
  }

  /** A whole number that must be there. */
  long whole(String column) throws SQLException, BadDelta {
    Object value = found.getObject(column);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wanted(column, "a whole number", value);
  }

  /** A number that must be there, NaN or infinite perhaps. */
  double real(String column) throws SQLException, BadDelta {
    if (found.getObject(column) instanceof Number number) {
      return number.doubleValue();
    }
    throw wanted(column, "a number", found.getObject(column));
  }

  /** Null if there are none. */
  byte[] bytes(String column) throws SQLException, BadDelta {
    Object value = found.getObject(column);
    if (value == null || value instanceof byte[]) {
      return (byte[]) value;
    }
    throw wanted(column, "bytes", value);
  }

  private static <T> T required(String column, String kind, T value) throws BadDelta {
    if (value == null) {
      throw wanted(column, kind, null);
    }
    return value;
  }

  private static BadDelta wanted(String column, String kind, Object value) {
    String found = value instanceof byte[] ? "bytes" : Excerpt.of(value);
    return new BadDelta(
        "%s has a row whose %s is %s where %s is wanted"
            .formatted(DeltaDatabase.FILE, column, found, kind));
  }
}
