package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.RetriedExchange.NoResponse;
import io.chromasync.chroma.client.ChromaResponse;
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
 * Marks of a pair of collections in Chroma, by task. Detects rollbacks and determines the next mark
 * to write. Pure.
 *
 * @param kept per task, an overwritten mark that is retained, if some task had no mark at the time
 */
record FoundMarks(Map<Integer, Mark> byTask, Map<Integer, Mark> kept) {

  /**
   * Maximum delay of written vectors behind the watermark, in a job that keeps up. A lagging job
   * allows for its lag instead, because it catches up on hours of changes within seconds.
   */
  static final Duration LATENESS = Duration.ofHours(1);

  /** Assumed lag of a job that has no event time yet. */
  static final Duration UNKNOWN_LAG = Duration.ofDays(1);

  /**
   * Parses the response to a get.
   *
   * @throws NoResponse if the body is not a Chroma response to a get of marks
   */
  static FoundMarks of(ChromaResponse answer) throws NoResponse {
    JsonNode ids = answer.json().path("ids");
    JsonNode metadatas = answer.json().path("metadatas");
    if (!ids.isArray() || !metadatas.isArray() || ids.size() != metadatas.size()) {
      throw new NoResponse("not a response of Chroma to a get: " + answer.summary());
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
        metadata.path("collections").isTextual()
            && metadata.path("task").isIntegralNumber()
            && metadata.path("at").isIntegralNumber();
    if (!isMark) {
      throw new NoResponse("a record of the marks collection is not a mark");
    }
    return new Mark(
        metadata.get("collections").textValue(),
        metadata.get("task").intValue(),
        metadata.get("at").longValue(),
        millis(metadata, "event_time"));
  }

  private static long millis(JsonNode metadata, String key) {
    return metadata.path(key).asLong(Long.MIN_VALUE);
  }

  /**
   * Compares acknowledged marks with the marks in Chroma.
   *
   * <p>The greatest mark older than all lost marks dates the rollback, because all marks of a
   * database are rolled back together. A task may have no own mark there, if it was added by a
   * rescale or had not completed a checkpoint. Another task may have overwritten its mark since;
   * its previous mark is kept with the new mark.
   *
   * @param acknowledged marks of these collections, each of another task
   * @return null if Chroma has all these marks, or newer marks
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
   * Next mark and the data written with it.
   *
   * @param kept mark that dates a rollback for a task without marks; null if every task has a mark
   */
  record Next(Mark mark, Mark kept) {}

  /**
   * Returns the next mark: greater than the task's current mark in Chroma.
   *
   * @param newest greatest timestamp that the task has seen in any mark
   * @param next content of the mark; its timestamp may be too early, if a clock was set back
   * @param tasks tasks that have a mark, or will have a mark
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
