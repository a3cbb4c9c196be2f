package io.chromasync.local;

import io.chromasync.testing.ChromaServer;
import io.chromasync.testing.DynamoDbLocal;
import java.nio.file.Path;

/** The table's server and Chroma's, on the usual ports or on free ones if those are taken. */
record LocalServers(DynamoDbLocal dynamoDbServer, ChromaServer chromaServer)
    implements AutoCloseable {

  /**
   * Starts both.
   *
   * @param data where Chroma keeps its data; DynamoDB Local keeps it in memory
   */
  static LocalServers start(Path data) {
    DynamoDbLocal dynamoDb = DynamoDbLocal.start(8010);
    try {
      return new LocalServers(dynamoDb, ChromaServer.start(data, 8000));
    } catch (RuntimeException e) {
      dynamoDb.close();
      throw e;
    }
  }

  /** URL of the table's server. */
  String dynamoDb() {
    return dynamoDbServer.endpoint().toString();
  }

  /** URL of Chroma. */
  String chroma() {
    return chromaServer.url().toString();
  }

  @Override
  public void close() {
    chromaServer.close();
    dynamoDbServer.close();
  }
}
