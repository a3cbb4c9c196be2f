package io.chromasync.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts and stops jobs on a cluster that takes several, through Flink's REST API (<a
 * href="https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/ops/rest_api/">REST
 * API</a>). Unlike the questions of {@link FlinkRest}, what cannot be done is an error.
 */
final class FlinkJobs {

  private static final Duration POLL = Duration.ofMillis(100);

  private final JsonHttp http;

  FlinkJobs(String url) {
    this.http = new JsonHttp(url);
  }

  /**
   * How a job is run.
   *
   * @param arguments of the jar's {@code main}
   * @param from checkpoint or savepoint, as a URI; null = without state
   */
  record Run(List<String> arguments, int parallelism, String from) {}

  /** Hands a job's jar to the cluster; its name there. */
  String upload(Path jar) throws IOException {
    String stored = http.postFile("/jars/upload", jar).get("filename").asText();
    return Path.of(stored).getFileName().toString();
  }

  /**
   * Runs a jar's {@code main}, which submits its job.
   *
   * @param jar as {@link #upload} named it
   * @return the job's id
   */
  String run(String jar, Run run) {
    Map<String, Object> body = new HashMap<>();
    body.put("programArgsList", run.arguments());
    body.put("parallelism", run.parallelism());
    if (run.from() != null) {
      body.put("savepointPath", run.from());
    }
    return http.post("/jars/" + jar + "/run", body).get("jobid").asText();
  }

  /** The ids of all jobs that have not ended. */
  List<String> unfinished() {
    List<String> ids = new ArrayList<>();
    for (JsonNode job : http.get("/jobs/overview").get("jobs")) {
      if (!List.of("FINISHED", "FAILED", "CANCELED").contains(job.get("state").asText())) {
        ids.add(job.get("jid").asText());
      }
    }
    return ids;
  }

  /**
   * Stops a job with a savepoint that any backend reads, without draining: windows stay open, in
   * state. Waits for it.
   *
   * @return the savepoint's URI
   * @throws IllegalStateException if there is none, with Flink's reason; the job then runs on
   */
  String stop(String job) {
    Map<String, Object> request = Map.of("drain", false, "formatType", "CANONICAL");
    String trigger = http.post("/jobs/" + job + "/stop", request).get("request-id").asText();
    JsonNode savepoint = http.get("/jobs/%s/savepoints/%s".formatted(job, trigger));
    while (!savepoint.path("status").path("id").asText().equals("COMPLETED")) {
      Stage.pause(POLL);
      savepoint = http.get("/jobs/%s/savepoints/%s".formatted(job, trigger));
    }
    JsonNode location = savepoint.path("operation").path("location");
    if (!location.isTextual()) {
      throw new IllegalStateException(
          "job %s could not stop with a savepoint: %s"
              .formatted(
                  job, savepoint.at("/operation/failure-cause/stack-trace").asText("no reason")));
    }
    return location.asText();
  }
}
