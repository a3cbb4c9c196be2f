package io.chromasync.local;

import static io.chromasync.testing.ServerProcess.SERVERS;

import io.chromasync.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * DynamoDB Local and a Chroma server, on the usual ports or on free ones if those are taken.
 *
 * @param dynamoDb URL
 * @param chroma URL
 */
record LocalServers(
    String dynamoDb, String chroma, ServerProcess dynamoDbProcess, ServerProcess chromaProcess)
    implements AutoCloseable {

  /**
   * Starts both.
   *
   * @param data where Chroma keeps its data; DynamoDB Local keeps it in memory
   */
  static LocalServers start(Path data) {
    int dynamoDbPort = ServerProcess.freePort(8010);
    int chromaPort = ServerProcess.freePort(8000);
    ServerProcess dynamoDb = startDynamoDb(dynamoDbPort);
    try {
      return new LocalServers(
          "http://localhost:" + dynamoDbPort,
          "http://localhost:" + chromaPort,
          dynamoDb,
          startChroma(chromaPort, data));
    } catch (RuntimeException e) {
      dynamoDb.close();
      throw e;
    }
  }

  private static ServerProcess startDynamoDb(int port) {
    return ServerProcess.start(
        "dynamodb",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx768m",
            "-Dsqlite4java.library.path=" + SERVERS.resolve("native"),
            "-cp",
            read(SERVERS.resolve("dynamodb-local.classpath")),
            "software.amazon.dynamodb.services.local.main.ServerRunner",
            "-inMemory",
            "-sharedDb",
            "-disableTelemetry",
            "-port",
            Integer.toString(port)),
        Map.of(),
        SERVERS,
        () -> listens(port));
  }

  private static ServerProcess startChroma(int port, Path data) {
    String run =
        "require('chromadb-js-bindings-linux-x64-gnu').cli(['chroma','run','--path','%s','--host','127.0.0.1','--port','%d'])";
    return ServerProcess.start(
        "chroma",
        List.of("node", "-e", run.formatted(data.toAbsolutePath(), port)),
        Map.of(),
        SERVERS.resolve("npm"),
        () -> answers("http://localhost:%d/api/v2/heartbeat".formatted(port)));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("localhost", port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean answers(String url) {
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(url)).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + url, e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + " cannot be read; mvn generate-test-resources makes it", e);
    }
  }

  @Override
  public void close() {
    chromaProcess.close();
    dynamoDbProcess.close();
  }
}
