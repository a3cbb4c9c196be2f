package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server of a dry run: acknowledges each write without sending it, and logs what it would have
 * written. Other requests go to the server. Thread-safe.
 *
 * <p>Each write is logged at level DEBUG, with the first id of its records; {@link #logTotals} logs
 * the totals at level INFO, when they changed.
 */
final class DryRun implements Chroma {

  private static final Logger LOG = LoggerFactory.getLogger(DryRun.class);
  private static final String COLLECTIONS = "/collections/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Chroma server;
  private final Map<String, Long> totals = new TreeMap<>();
  private boolean isLogged = true;

  DryRun(Chroma server) {
    this.server = server;
  }

  /** Id of a collection in a dry run; its requests are never sent. */
  static String idOf(String name) {
    return "dry-run:" + name;
  }

  @Override
  public CompletableFuture<ChromaResponse> get(String path) {
    return server.get(path);
  }

  @Override
  public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
    String operation = path.substring(path.lastIndexOf('/') + 1);
    return switch (operation) {
      case "upsert", "update", "delete" -> {
        log(path, operation, json);
        yield CompletableFuture.completedFuture(
            new ChromaResponse(200, "application/json", "{}", Duration.ZERO));
      }
      default -> server.post(path, json);
    };
  }

  private synchronized void log(String path, String operation, byte[] json) {
    JsonNode ids = ids(json);
    int from = path.indexOf(COLLECTIONS) + COLLECTIONS.length();
    String collection = path.substring(from, path.lastIndexOf('/'));
    totals.merge(operation + " " + collection, Math.max(1L, ids.size()), Long::sum);
    LOG.debug(
        "Not written, as 'chroma.mode' is dry-run: operation={} collection={} records={} first={}",
        operation,
        collection,
        ids.isEmpty() ? "by filter" : ids.size(),
        ids.path(0).asText());
    isLogged = false;
  }

  /** Logs the totals, if they changed since. */
  synchronized void logTotals() {
    if (!isLogged) {
      isLogged = true;
      LOG.info("Not written so far by this task, as 'chroma.mode' is dry-run: {}", totals);
    }
  }

  private static JsonNode ids(byte[] json) {
    try {
      return JSON.readTree(json).path("ids");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
