package io.chromasync.delta.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Excerpt;
import io.chromasync.model.MetadataValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** File {@code chroma.sqlite3} of a delta, opened read-only. Not thread-safe. */
public final class DeltaDatabase implements AutoCloseable {

  /** File name, also used in messages. */
  public static final String FILE = "chroma.sqlite3";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final DeltaTables tables;

  private DeltaDatabase(DeltaTables tables) {
    this.tables = tables;
  }

  /**
   * Opens the database in the folder of a delta, read-only.
   *
   * @throws UnusableDelta if the file is missing or cannot be opened; the delta is then incomplete
   */
  public static DeltaDatabase open(Path folder) throws UnusableDelta {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw UnusableDelta.incomplete("the delta has no " + FILE);
    }
    return new DeltaDatabase(DeltaTables.open(file));
  }

  /** Returns the only collection, which must have the expected name and dimension. */
  public ChromaCollection collection(CollectionName wanted, int dimension) throws UnusableDelta {
    tables.require("collections", "segments", "max_seq_id");
    String name = wanted.name().toLowerCase(Locale.ROOT);
    List<String> names = new ArrayList<>();
    tables.each("SELECT name FROM collections", row -> names.add(row.text("name")));
    if (!names.equals(List.of(name))) {
      throw new UnusableDelta(
          "%s has the collections %s where only %s is expected"
              .formatted(FILE, Excerpt.of(names), name));
    }
    List<ChromaCollection> only = new ArrayList<>();
    tables.each(
        "SELECT id, name, dimension, config_json_str FROM collections",
        row -> {
          checkDimension(row, dimension);
          only.add(collection(row.text("id"), isCosine(row)));
        });
    return only.get(0);
  }

  /**
   * Returns the metadata that Chroma has applied from the log, by record id. The caller may modify
   * the result.
   */
  public Map<String, Map<String, MetadataValue>> metadata(ChromaCollection collection)
      throws UnusableDelta {
    tables.require("embeddings", "embedding_metadata");
    return new MetadataSegment(tables).read(collection.metadata());
  }

  /** Passes on the log's writes that are not yet applied to both segments, in order. */
  public void log(ChromaCollection collection, int dimension, Consumer<LoggedWrite> replay)
      throws UnusableDelta {
    tables.require("embeddings_queue");
    new WriteLog(tables, dimension).read(collection, replay);
  }

  @Override
  public void close() throws UnusableDelta {
    tables.close();
  }

  private ChromaCollection collection(String id, boolean cosine) throws UnusableDelta {
    Map<String, Segment> segments = new HashMap<>();
    tables.each(
        """
        SELECT s.scope, s.id, m.segment_id AS told, m.seq_id
        FROM segments s LEFT JOIN max_seq_id m ON m.segment_id = s.id
        WHERE s.collection = ?""",
        row -> {
          long upTo = row.isNull("told") ? 0 : row.whole("seq_id");
          Segment segment = new Segment(row.text("id"), upTo);
          if (upTo < 0 || segments.put(row.text("scope"), segment) != null) {
            throw new UnusableDelta(
                "%s has segment %s twice or up to write %s"
                    .formatted(FILE, Excerpt.of(row.text("scope")), upTo));
          }
        },
        id);
    return new ChromaCollection(
        id, cosine, segment(segments, "METADATA"), segment(segments, "VECTOR"));
  }

  private static Segment segment(Map<String, Segment> segments, String scope) throws UnusableDelta {
    Segment segment = segments.get(scope);
    if (segment == null) {
      throw new UnusableDelta("%s has no segment %s of the collection".formatted(FILE, scope));
    }
    return segment;
  }

  private static void checkDimension(SqliteRow collection, int wanted)
      throws SQLException, UnusableDelta {
    if (!collection.isNull("dimension") && collection.whole("dimension") != wanted) {
      throw new UnusableDelta(
          "collection %s of %s has vectors of %s numbers where %s are expected"
              .formatted(
                  Excerpt.of(collection.text("name")),
                  FILE,
                  collection.whole("dimension"),
                  wanted));
    }
  }

  /** A configuration without a space has the default space, which is not cosine. */
  private static boolean isCosine(SqliteRow collection) throws SQLException, UnusableDelta {
    String configuration = collection.optionalText("config_json_str");
    try {
      JsonNode space =
          configuration == null ? null : JSON.readTree(configuration).findValue("space");
      return space != null && space.asText().equals("cosine");
    } catch (JsonProcessingException e) {
      throw new UnusableDelta(
          "collection %s of %s has a configuration that is no JSON"
              .formatted(Excerpt.of(collection.text("name")), FILE),
          e);
    }
  }
}
