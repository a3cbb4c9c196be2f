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

  /** A job's main waits for what is away, up to chroma.start-budget, before Flink answers. */
  private static final Duration START = Duration.ofMinutes(10);

  private final JsonHttp http;

  FlinkJobs(String url) {
    this.http = new JsonHttp(url);
  }

  /**
   * How a job is run.
   *
   * @param arguments of the jar's {@code main}
   * @param from checkpoint or savepoint, as a URI; null = without state
   * @param allowNonRestoredState whether state of operators that the job no longer has is dropped
   */
  record Run(List<String> arguments, int parallelism, String from, boolean allowNonRestoredState) {

    Run(List<String> arguments, int parallelism, String from) {
      this(arguments, parallelism, from, false);
    }
  }

  /** A job that has not ended. */
  record Job(String id, String state, int parallelism) {}

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
   * @throws IllegalStateException if it does not come to submit one, with the reason
   */
  String run(String jar, Run run) {
    Map<String, Object> body = new HashMap<>();
    body.put("programArgsList", run.arguments());
    body.put("parallelism", run.parallelism());
    if (run.from() != null) {
      body.put("savepointPath", run.from());
      body.put("allowNonRestoredState", run.allowNonRestoredState());
    }
    JsonHttp.Answer answer = http.tryPost("/jars/" + jar + "/run", body, START);
    JsonNode id = answer.body().path("jobid");
    if (!id.isTextual()) {
      JsonNode errors = answer.body().path("errors");
      throw new IllegalStateException(
          "The job did not start: " + RootCause.ofTrace(errors.path(errors.size() - 1).asText()));
    }
    return id.asText();
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

  /** A job with what it runs on. */
  Job job(String id) {
    JsonNode job = http.get("/jobs/" + id);
    int parallelism = 0;
    for (JsonNode vertex : job.get("vertices")) {
      parallelism = Math.max(parallelism, vertex.get("parallelism").asInt());
    }
    return new Job(id, job.get("state").asText(), parallelism);
  }

  /**
   * Stops a job with a savepoint that any backend reads, without draining: windows stay open, in
   * state. Waits for it.
   *
   * @return the savepoint's URI
   * @throws IllegalStateException if there is none, with Flink's reason; the job then runs on
   */
  String stop(String job) {
    return savepoint(job, "stop", Map.of("drain", false, "formatType", "CANONICAL"));
  }

  /**
   * Takes a savepoint of a job that runs on; any backend reads it. Waits for it.
   *
   * @return the savepoint's URI
   * @throws IllegalStateException if there is none, with Flink's reason
   */
  String savepoint(String job) {
    return savepoint(job, "savepoints", Map.of("formatType", "CANONICAL"));
  }

  private String savepoint(String job, String how, Map<String, Object> request) {
    String trigger =
        http.post("/jobs/%s/%s".formatted(job, how), request).get("request-id").asText();
    JsonNode savepoint = http.get("/jobs/%s/savepoints/%s".formatted(job, trigger));
    while (!savepoint.path("status").path("id").asText().equals("COMPLETED")) {
      Stage.pause(POLL);
      savepoint = http.get("/jobs/%s/savepoints/%s".formatted(job, trigger));
    }
    JsonNode location = savepoint.path("operation").path("location");
    if (!location.isTextual()) {
      throw new IllegalStateException(
          "Job %s has no savepoint: %s"
              .formatted(
                  job,
                  RootCause.ofTrace(
                      savepoint.at("/operation/failure-cause/stack-trace").asText("no reason"))));
    }
    return location.asText();
  }
}
