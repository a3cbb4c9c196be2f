package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.Level;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class DryRunTest {

  private static final String WORDS =
      "/api/v2/tenants/t/databases/d/collections/" + DryRun.idOf("words") + "/";

  private final List<String> sent = new ArrayList<>();
  private final DryRun dryRun = new DryRun(new Recorded());

  @Test
  void writesAreAcknowledgedAndNotSent() {
    for (String operation : List.of("upsert", "update", "delete")) {
      ChromaResponse response = post(operation, "{\"ids\":[\"a\",\"b\"]}");

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.json().isObject()).isTrue();
    }
    assertThat(sent).isEmpty();
  }

  @Test
  void readsAreSent() {
    dryRun.get("/api/v2/heartbeat").join();
    post("get", "{}");

    assertThat(sent).containsExactly("/api/v2/heartbeat", WORDS + "get");
  }

  @Test
  void theLogHasTotalsWhereTheyChanged() {
    try (CapturedLog log = CapturedLog.of(DryRun.class.getName(), Level.INFO)) {
      dryRun.logTotals();
      assertThat(log.lines()).isEmpty();

      post("upsert", "{\"ids\":[\"a\",\"b\"]}");
      post("upsert", "{\"ids\":[\"c\"]}");
      post("delete", "{\"where\":{\"image_id\":\"i\"}}");
      dryRun.logTotals();
      dryRun.logTotals();

      assertThat(log.lines())
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("upsert dry-run:words=3", "delete dry-run:words=1");
    }
  }

  private ChromaResponse post(String operation, String json) {
    return dryRun.post(WORDS + operation, json.getBytes(UTF_8)).join();
  }

  private final class Recorded implements Chroma {

    @Override
    public CompletableFuture<ChromaResponse> get(String path) {
      return record(path);
    }

    @Override
    public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
      return record(path);
    }

    private CompletableFuture<ChromaResponse> record(String path) {
      sent.add(path);
      return CompletableFuture.completedFuture(
          new ChromaResponse(200, "application/json", "{}", Duration.ZERO));
    }
  }
}
