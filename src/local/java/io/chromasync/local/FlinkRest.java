package io.chromasync.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Asks Flink's REST API about the one job that runs (<a
 * href="https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/ops/rest_api/">REST
 * API</a>). While Flink does not answer, nothing is known: empty, not an error.
 */
final class FlinkRest {

  private static final String GROUP = ".kinesisanalytics.";

  private final JsonHttp http;

  FlinkRest(String url) {
    this.http = new JsonHttp(url);
  }

  /** How a metric's values of all subtasks and labels become one; named as in the REST API. */
  enum Aggregate {
    sum,
    max;

    private double of(double one, double other) {
      return this == sum ? one + other : Math.max(one, other);
    }
  }

  /** Whether all tasks of the job run. */
  boolean isRunning() {
    return job()
        .map(
            job ->
                elements(job.get("vertices"))
                    .allMatch(vertex -> vertex.get("status").asText().equals("RUNNING")))
        .orElse(false);
  }

  /** Whether it answers. */
  boolean isUp() {
    return ask("/overview").isPresent();
  }

  /** How often the running job was restarted since it was submitted; empty if none runs. */
  Optional<Long> restarts() {
    return runningJob()
        .flatMap(job -> ask("/jobs/" + job + "/metrics?get=numRestarts"))
        .flatMap(metrics -> elements(metrics).findFirst())
        .map(metric -> metric.get("value").asLong());
  }

  /**
   * Why the newest job is not running and never will again; empty if there is no such job, or its
   * history does not say why yet, a moment after it failed.
   */
  Optional<String> failure() {
    return ask("/jobs/overview").stream()
        .flatMap(jobs -> elements(jobs.get("jobs")))
        .max(Comparator.comparingLong(job -> job.get("start-time").asLong()))
        .filter(job -> job.get("state").asText().equals("FAILED"))
        .flatMap(job -> ask("/jobs/" + text(job) + "/exceptions"))
        .map(exceptions -> exceptions.path("exceptionHistory").path("entries").path(0))
        .map(newest -> newest.path("stacktrace").asText())
        .filter(trace -> !trace.isEmpty());
  }

  /** The TaskManagers that the JobManager knows, a dead one for a while included: free slots. */
  Map<String, Integer> freeSlots() {
    return ask("/taskmanagers").stream()
        .flatMap(answer -> elements(answer.get("taskmanagers")))
        .collect(
            Collectors.toMap(
                each -> each.get("id").asText(), each -> each.get("freeSlots").asInt()));
  }

  /** Whether a checkpoint that began after a moment is complete. */
  boolean hasCheckpointSince(Instant moment) {
    return runningJob()
        .flatMap(job -> ask("/jobs/" + job + "/checkpoints"))
        .map(checkpoints -> checkpoints.path("latest").path("completed").path("trigger_timestamp"))
        .filter(triggered -> triggered.asLong() > moment.toEpochMilli())
        .isPresent();
  }

  /**
   * The job's own metrics, by name; those nobody reports are left out.
   *
   * @param wanted names, as in {@code records_updated}
   */
  Map<String, Double> metrics(Map<String, Aggregate> wanted) {
    Map<String, Double> values = new HashMap<>();
    job()
        .ifPresent(
            job ->
                elements(job.get("vertices"))
                    .map(vertex -> vertex.get("id").asText())
                    .map(id -> "/jobs/%s/vertices/%s/subtasks/metrics".formatted(text(job), id))
                    .flatMap(path -> values(path, wanted::containsKey))
                    .forEach(
                        value -> {
                          String name = lastPart(value);
                          Aggregate how = wanted.get(name);
                          values.merge(name, value.get(how.name()).asDouble(), how::of);
                        }));
    return values;
  }

  /**
   * The sum of the job's own counters, over all subtasks and labels; a second or two behind them.
   *
   * @param names regular expression of whole names
   */
  long sum(String names) {
    Predicate<String> wanted = Pattern.compile(names).asMatchPredicate();
    return job().stream()
        .flatMap(
            job ->
                elements(job.get("vertices"))
                    .map(vertex -> vertex.get("id").asText())
                    .map(id -> "/jobs/%s/vertices/%s/subtasks/metrics".formatted(text(job), id)))
        .flatMap(path -> values(path, wanted))
        .mapToLong(value -> value.get(Aggregate.sum.name()).asLong())
        .sum();
  }

  private Stream<JsonNode> values(String path, Predicate<String> wanted) {
    String names =
        ask(path).stream()
            .flatMap(FlinkRest::elements)
            .filter(metric -> metric.get("id").asText().contains(GROUP))
            .filter(metric -> wanted.test(lastPart(metric)))
            .map(metric -> URLEncoder.encode(metric.get("id").asText(), StandardCharsets.UTF_8))
            .collect(Collectors.joining(","));
    return names.isEmpty()
        ? Stream.empty()
        : ask(path + "?agg=sum,max&get=" + names).stream().flatMap(FlinkRest::elements);
  }

  private Optional<JsonNode> job() {
    return runningJob().flatMap(id -> ask("/jobs/" + id));
  }

  private Optional<String> runningJob() {
    return ask("/jobs/overview")
        .flatMap(
            jobs ->
                elements(jobs.get("jobs"))
                    .filter(job -> job.get("state").asText().equals("RUNNING"))
                    .map(FlinkRest::text)
                    .findFirst());
  }

  private static String text(JsonNode job) {
    return job.get("jid").asText();
  }

  /** Of a metric's id: {@code operator.group.key.value.name}. */
  private static String lastPart(JsonNode metric) {
    String id = metric.get("id").asText();
    return id.substring(id.lastIndexOf('.') + 1);
  }

  private Optional<JsonNode> ask(String path) {
    try {
      return Optional.of(http.get(path));
    } catch (UncheckedIOException | IllegalStateException notNow) {
      return Optional.empty();
    }
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
