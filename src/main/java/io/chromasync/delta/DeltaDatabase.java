package io.chromasync.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.model.Collection;
import io.chromasync.model.MetadataValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/** The file {@code chroma.sqlite3} of a delta, never written. For one thread. */
final class DeltaDatabase implements AutoCloseable {

  /** Its name, as messages say it. */
  static final String FILE = "chroma.sqlite3";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;

  private DeltaDatabase(Connection connection) {
    this.connection = connection;
  }

  static DeltaDatabase open(Path folder) throws BadDelta {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new BadDelta("the delta has no " + FILE);
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    try {
      return new DeltaDatabase(config.createConnection("jdbc:sqlite:" + file));
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** The only collection, which must be the one that is wanted. */
  ChromaCollection collection(Collection wanted, int dimension) throws BadDelta {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT id, name, dimension, config_json_str FROM collections");
        ResultSet found = query.executeQuery()) {
      String name = wanted.name().toLowerCase(Locale.ROOT);
      List<String> names = new ArrayList<>();
      ChromaCollection collection = null;
      while (found.next()) {
        collection = ChromaCollection.untaken(found.getString("id"), isCosine(found));
        names.add(found.getString("name"));
        checkDimension(found, dimension);
      }
      if (!names.equals(List.of(name))) {
        throw new BadDelta(
            "%s has the collections %s where only %s is wanted".formatted(FILE, names, name));
      }
      return withSegments(collection);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** The metadata that Chroma has taken from the log, by record id; the caller's to change. */
  Map<String, Map<String, MetadataValue>> metadata(ChromaCollection collection) throws BadDelta {
    try {
      return new MetadataSegment(connection).read(collection);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** What the log holds beyond what has gone into both segments, in its order. */
  List<LoggedWrite> log(ChromaCollection collection, int dimension) throws BadDelta {
    try {
      return new WriteLog(connection, dimension).read(collection);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  @Override
  public void close() throws BadDelta {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private ChromaCollection withSegments(ChromaCollection bare) throws SQLException {
    String sql =
        """
        SELECT s.scope, s.id, coalesce(m.seq_id, 0) AS seq_id
        FROM segments s LEFT JOIN max_seq_id m ON m.segment_id = s.id
        WHERE s.collection = ?""";
    ChromaCollection collection = bare;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, bare.id());
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          collection =
              collection.with(
                  found.getString("scope"), found.getString("id"), found.getLong("seq_id"));
        }
      }
    }
    return collection;
  }

  private static void checkDimension(ResultSet collection, int wanted)
      throws SQLException, BadDelta {
    int dimension = collection.getInt("dimension");
    if (!collection.wasNull() && dimension != wanted) {
      throw new BadDelta(
          "collection %s of %s has vectors of %d numbers where %d are wanted"
              .formatted(collection.getString("name"), FILE, dimension, wanted));
    }
  }

  /** A configuration that does not say its space has the default, which is not cosine. */
  private static boolean isCosine(ResultSet collection) throws SQLException, BadDelta {
    String configuration = collection.getString("config_json_str");
    try {
      JsonNode space =
          configuration == null ? null : JSON.readTree(configuration).findValue("space");
      return space != null && space.asText().equals("cosine");
    } catch (JsonProcessingException e) {
      throw new BadDelta(
          "collection %s of %s has a configuration that is no JSON"
              .formatted(collection.getString("name"), FILE),
          e);
    }
  }

  private static BadDelta unreadable(SQLException e) {
    return new BadDelta("%s cannot be read: %s".formatted(FILE, e.getMessage()), e);
  }
}
