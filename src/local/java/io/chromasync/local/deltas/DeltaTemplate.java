package io.chromasync.local.deltas;

import io.chromasync.model.Embedding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * Makes deltas quickly, where hundreds are wanted: copies of a delta without records, into whose
 * log it writes the rows that Chroma would write.
 *
 * <p>Unlike Chroma's, its deltas have no index of vectors, so they are small: Chroma makes room for
 * 10,000 vectors, 63 MB of mostly zeros.
 */
public final class DeltaTemplate {

  private static final String FILE = "chroma.sqlite3";
  private static final int UPSERT = 2;

  private final byte[] database;

  private DeltaTemplate(byte[] database) {
    this.database = database;
  }

  /**
   * One that copies a folder.
   *
   * @param folder a delta without records
   */
  public static DeltaTemplate of(Path folder) {
    try {
      return new DeltaTemplate(Files.readAllBytes(folder.resolve(FILE)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a delta of upserts.
   *
   * @param folder is made if it is not there
   * @return the folder
   */
  public Path write(Path folder, List<Embedding> embeddings) {
    try {
      Path file = Files.createDirectories(folder).resolve(FILE);
      Files.write(file, database);
      try (Connection connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file)) {
        connection.setAutoCommit(false);
        if (!embeddings.isEmpty()) {
          setDimension(connection, embeddings.get(0).vector().length);
        }
        log(connection, embeddings);
        connection.commit();
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(folder + " cannot be written", e);
    }
  }

  /** Chroma sets it with the first record. */
  private static void setDimension(Connection connection, int dimension) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE collections SET dimension = ?")) {
      update.setInt(1, dimension);
      update.executeUpdate();
    }
  }

  private static void log(Connection connection, List<Embedding> embeddings) throws SQLException {
    String sql =
        """
        INSERT INTO embeddings_queue (operation, topic, id, vector, encoding, metadata)
        SELECT ?, 'persistent://default/default/' || id, ?, ?, 'FLOAT32', ? FROM collections""";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (Embedding each : embeddings) {
        insert.setInt(1, UPSERT);
        insert.setString(2, each.record().id());
        insert.setBytes(3, DeltaJson.bytes(each.vector()));
        insert.setString(4, DeltaJson.logged(each).toString());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
