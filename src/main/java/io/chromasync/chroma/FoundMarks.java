package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.PatientExchange.NoResponse;
import io.chromasync.model.Rollback;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The marks of a pair of collections as Chroma holds them, by task, and what follows from them:
 * whether Chroma went back, and which mark is written next. Pure.
 *
 * @param kept the mark of a task that was written over, if some task had none then
 */
record FoundMarks(Map<Integer, Mark> byTask, Map<Integer, Mark> kept) {

  /**
   * How much later than their event time vectors are written at most, beside the watermark, by a
   * job that is not behind. One that is reads in seconds what took hours.
   */
  static final Duration LATENESS = Duration.ofHours(1);

  /** How far behind a job is taken to be that has not seen any event time. */
  static final Duration UNKNOWN_LAG = Duration.ofDays(1);

  /**
   * Reads the response to a get.
   *
   * @throws NoResponse if Chroma gives no such response to a get of marks
   */
  static FoundMarks of(Answer answer) throws NoResponse {
    JsonNode ids = answer.json().path("ids");
    JsonNode metadatas = answer.json().path("metadatas");
    if (!ids.isArray() || !metadatas.isArray() || ids.size() != metadatas.size()) {
      throw new NoResponse("no response of Chroma to a get: " + answer.summary());
    }
    Map<Integer, Mark> found = new HashMap<>();
    Map<Integer, Mark> kept = new HashMap<>();
    for (JsonNode metadata : metadatas) {
      Mark mark = mark(metadata);
      found.put(mark.task(), mark);
      if (metadata.path("kept_at").isIntegralNumber()) {
        kept.put(
            mark.task(), mark.at(millis(metadata, "kept_at"), millis(metadata, "kept_event_time")));
      }
    }
    return new FoundMarks(found, kept);
  }

  private static Mark mark(JsonNode metadata) throws NoResponse {
    boolean isMark =
        metadata.path("words").isTextual()
            && metadata.path("lines").isTextual()
            && metadata.path("task").isIntegralNumber()
            && metadata.path("at").isIntegralNumber();
    if (!isMark) {
      throw new NoResponse("a record of the collection of marks is no mark");
    }
    return new Mark(
        metadata.get("words").textValue(),
        metadata.get("lines").textValue(),
        metadata.get("task").intValue(),
        metadata.get("at").longValue(),
        millis(metadata, "event_time"));
  }

  private static long millis(JsonNode metadata, String key) {
    return metadata.path(key).asLong(Long.MIN_VALUE);
  }

  /**
   * Compares what Chroma acknowledged with what it holds. The greatest mark that is older than
   * those that are lost dates the rollback, as all marks of a database go back together; a task may
   * have none there that is its own, if it came with a rescale or had not made a checkpoint.
   * Another task may have written its mark anew since; the one before is kept with it.
   *
   * @param acknowledged marks of this pair, each of another task
   * @return null if Chroma holds them all, or newer ones
   */
  Rollback rollback(Collection<Mark> acknowledged, long now) {
    List<Mark> lost = acknowledged.stream().filter(mark -> !holds(mark)).toList();
    if (lost.isEmpty()) {
      return null;
    }
    long oldestLost = lost.stream().mapToLong(Mark::at).min().orElseThrow();
    long newestLost = lost.stream().mapToLong(Mark::at).max().orElseThrow();
    Mark held =
        Stream.concat(byTask.values().stream(), kept.values().stream())
            .filter(mark -> mark.at() < oldestLost)
            .max(Comparator.comparingLong(Mark::at))
            .orElse(null);
    return held == null
        ? new Rollback(0, newestLost, now, 0)
        : new Rollback(held.at(), newestLost, now, since(held));
  }

  /**
   * A mark and what is written with it.
   *
   * @param kept the mark that dates a rollback for a task without any; null if all have one
   */
  record Next(Mark mark, Mark kept) {}

  /**
   * The mark that follows: greater than the task's own mark in Chroma.
   *
   * @param newest the greatest timestamp that the task has seen of any mark
   * @param next what the mark is made of; its timestamp may be too early, if a clock was put back
   * @param tasks that have a mark, or will have one
   */
  Next next(long newest, Mark next, Set<Integer> tasks) {
    Mark found = byTask.get(next.task());
    long seen = found == null ? newest : Math.max(newest, found.at());
    return new Next(
        next.at(Math.max(next.at(), seen + 1), next.eventTime()),
        byTask.keySet().containsAll(tasks) ? null : kept.getOrDefault(next.task(), found));
  }

  private boolean holds(Mark mark) {
    Mark found = byTask.get(mark.task());
    return found != null && found.at() >= mark.at();
  }

  private static long since(Mark mark) {
    if (mark.eventTime() == Long.MIN_VALUE) {
      return mark.at() - UNKNOWN_LAG.toMillis();
    }
    long behind = mark.at() - mark.eventTime();
    return Math.min(mark.at(), mark.eventTime()) - Math.max(LATENESS.toMillis(), behind);
  }
}
