package io.chromasync.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Chroma server as a process of its own, on a loopback port and a folder that outlives it:
 *
 * <pre>{@code
 * try (ChromaServer chroma = ChromaServer.start(folder)) {
 *   chroma.url(); // http://127.0.0.1:…
 *   chroma.kill();
 *   chroma.restart(); // same port, same records
 * }
 * }</pre>
 *
 * <p>It comes from npm, see {@code src/local/npm}.
 */
public final class ChromaServer implements AutoCloseable {

  private final Path folder;
  private final int port;
  private ServerProcess process;

  private ChromaServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts one on a free port and waits until it answers. */
  public static ChromaServer start(Path folder) {
    return start(folder, 0);
  }

  /**
   * As {@link #start(Path)}.
   *
   * @param preferredPort taken if it is free, else another; 0 = any
   */
  public static ChromaServer start(Path folder, int preferredPort) {
    ChromaServer server = new ChromaServer(folder, ServerProcess.freePort(preferredPort));
    server.restart();
    return server;
  }

  /** One on a folder of its own that nobody needs afterwards. */
  public static ChromaServer startEmpty() {
    try {
      return start(Files.createTempDirectory("chromasync-chroma-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The id of its process. */
  public long pid() {
    return process.pid();
  }

  /** Ends it in the middle of whatever it does. */
  public void kill() {
    process.kill();
  }

  /** Starts it again after {@link #kill} or {@link #close}, on the same port and folder. */
  public void restart() {
    String start =
        "require('chromadb-js-bindings-linux-x64-gnu').cli(['chroma', ...process.argv.slice(1)])";
    List<String> command = new ArrayList<>(List.of("node", "-e", start, "--"));
    command.addAll(List.of("run", "--path", folder.toAbsolutePath().toString()));
    command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(port)));
    process =
        ServerProcess.start(
            "chroma", command, Map.of(), ServerProcess.SERVERS.resolve("npm"), this::answers);
  }

  @Override
  public void close() {
    process.close();
  }

  private boolean answers() {
    HttpRequest heartbeat = HttpRequest.newBuilder(url().resolve("/api/v2/heartbeat")).build();
    try {
      // Another process may have taken the port.
      return HttpClient.newHttpClient()
          .send(heartbeat, BodyHandlers.ofString())
          .body()
          .startsWith("{\"nanosecond heartbeat\":");
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
