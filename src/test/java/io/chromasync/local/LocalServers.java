package io.chromasync.local;

import io.chromasync.testing.ChromaServer;
import io.chromasync.testing.DynamoDbLocal;
import io.chromasync.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The servers of the table, of the deltas and of the records, on the usual ports or on free ones if
 * those are taken.
 */
final class LocalServers implements AutoCloseable {

  private final DynamoDbLocal dynamoDb;
  private S3Server s3;
  private ChromaServer chroma;

  private LocalServers() {
    this.dynamoDb = DynamoDbLocal.start(8010);
  }

  /**
   * Starts them.
   *
   * @param folder where S3 and Chroma keep their data; DynamoDB Local keeps it in memory
   */
  static LocalServers start(Path folder) throws IOException {
    return start(folder, 8000);
  }

  /**
   * As {@link #start(Path)}.
   *
   * @param chromaPort of Chroma instead of its usual one; another if it is taken
   */
  static LocalServers start(Path folder, int chromaPort) throws IOException {
    LocalServers servers = new LocalServers();
    try {
      servers.s3 = S3Server.start(Files.createDirectories(folder.resolve("s3")), 9000);
      Path records = Files.createDirectories(folder.resolve("chroma"));
      servers.chroma = ChromaServer.start(records, chromaPort);
      return servers;
    } catch (IOException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  /** URL of the table's server. */
  String dynamoDb() {
    return dynamoDb.endpoint().toString();
  }

  S3Server s3() {
    return s3;
  }

  /** URL of Chroma. */
  String chroma() {
    return chroma.url().toString();
  }

  /** Kills Chroma as {@code kill -9} does; what it acknowledged must be in its folder. */
  void killChroma() {
    chroma.kill();
  }

  /** Starts Chroma again on its folder, where it was. */
  void restartChroma() {
    chroma.restart();
  }

  @Override
  public void close() {
    if (chroma != null) {
      chroma.close();
    }
    if (s3 != null) {
      s3.close();
    }
    dynamoDb.close();
  }
}
