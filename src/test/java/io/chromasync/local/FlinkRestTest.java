package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.chromasync.testing.Loopback;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Responses of Flink's REST API as its JobManager gives them. */
class FlinkRestTest {

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = Loopback.server();
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aFailedJobHasNoFailureUntilItsHistoryTellsWhy() {
    answer("/jobs/overview", "{'jobs':[{'jid':'a','id':'a','start-time':1,'state':'FAILED'}]}");
    answer("/jobs/a/exceptions", "{'exceptionHistory':{'entries':[],'truncated':false}}");
    assertThat(rest().failure()).isEmpty();

    server.removeContext("/jobs/a/exceptions");
    answer("/jobs/a/exceptions", "{'exceptionHistory':{'entries':[{'stacktrace':'X: why'}]}}");
    assertThat(rest().failure()).contains("X: why");
  }

  private FlinkRest rest() {
    return new FlinkRest("http://localhost:" + server.getAddress().getPort());
  }

  private void answer(String path, String json) {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }
}
