package io.chromasync.local;

import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.samples.SampleTable.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Edits labels of a table at a rate, and measures of some edits how long Chroma takes to show them.
 *
 * <p>An edit that is measured makes its label valid with a time of its own, which the record of the
 * word then shows. Such a word gets no other edit until it is shown.
 */
final class LabelLoad {

  private static final Duration STEP = Duration.ofMillis(50);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MEASURED_WORDS = 40;
  private static final Instant FIRST = Instant.parse("2026-03-03T00:00:00Z");

  private final SampleTable table;
  private final ChromaCollections chroma;
  private final List<Word> load = new ArrayList<>();
  private final Queue<Word> measured = new ConcurrentLinkedQueue<>();
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private long edits;

  /** A word with one label. */
  private record Word(String id, Map<String, AttributeValue> label) {}

  /**
   * An edit that is not shown yet.
   *
   * @param shown as the record will have it
   * @param since when the table accepted it, as {@link System#nanoTime} says
   */
  private record Waiting(Word word, String shown, long since) {}

  /**
   * What was measured.
   *
   * @param perSecond edits that the table accepted
   * @param ages of the edits that were measured, ascending
   */
  record Result(double perSecond, List<Duration> ages) {

    /**
     * Seconds.
     *
     * @param percent as in 99 for p99
     */
    double percentile(int percent) {
      int index = Math.min(ages.size() - 1, ages.size() * percent / 100);
      return ages.get(index).toNanos() / 1e9;
    }
  }

  /**
   * @param isMeasured of the id of a record, whether edits of its label may be measured
   */
  LabelLoad(SampleTable table, ChromaCollections chroma, Predicate<String> isMeasured) {
    this.table = table;
    this.chroma = chroma;
    Map<String, List<Map<String, AttributeValue>>> labels = new HashMap<>();
    for (Map<String, AttributeValue> item : table.scan()) {
      if (item.get("TYPE").s().equals("RECEIPT_WORD_LABEL")) {
        String key = item.get("SK").s().replaceFirst("#LABEL#.*", "");
        String id = item.get("PK").s() + "#" + key;
        labels.computeIfAbsent(id, i -> new ArrayList<>()).add(item);
      }
    }
    labels.keySet().retainAll(chroma.all("words").keySet());
    labels.forEach(
        (id, all) -> {
          if (all.size() == 1) {
            Word word = new Word(id, all.get(0));
            if (measured.size() < MEASURED_WORDS && isMeasured.test(id)) {
              measured.add(word);
            } else {
              load.add(word);
            }
          }
        });
  }

  /** Edits labels until it is over, and waits until Chroma shows the measured ones. */
  Result run(int perSecond, BooleanSupplier isOver) {
    List<Duration> ages = new ArrayList<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<Double> writing = thread.submit(() -> write(perSecond, isOver));
    thread.shutdown();
    long deadline = Long.MAX_VALUE;
    while (!writing.isDone() || !waiting.isEmpty()) {
      look(ages);
      Stage.pause(POLL);
      if (!writing.isDone()) {
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s edits are not shown after %s".formatted(waiting.size(), PATIENCE));
      }
    }
    try {
      return new Result(writing.get(), ages.stream().sorted().toList());
    } catch (ExecutionException e) {
      throw new IllegalStateException("labels cannot be edited", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Edits a second that the table accepted. */
  private double write(int perSecond, BooleanSupplier isOver) {
    long start = System.nanoTime();
    long written = 0;
    while (!isOver.getAsBoolean()) {
      long due = (System.nanoTime() - start) * perSecond / 1_000_000_000 - written;
      List<Write> writes = new ArrayList<>();
      Word seen = due > 0 ? measured.poll() : null;
      String time = FIRST.plusMillis(++edits).toString().replace("Z", "+00:00");
      if (seen != null) {
        writes.add(edit(seen, "VALID", time));
      }
      // One batch has no item twice.
      for (int i = writes.size(); i < Math.min(due, load.size()); i++) {
        Word word = load.get((int) (edits++ % load.size()));
        writes.add(edit(word, edits / load.size() % 2 == 0 ? "VALID" : "INVALID", time));
      }
      table.write(writes);
      written += writes.size();
      if (seen != null) {
        waiting.put(seen.id, new Waiting(seen, time, System.nanoTime()));
      }
      Stage.pause(STEP);
    }
    return written / ((System.nanoTime() - start) / 1e9);
  }

  private static Write edit(Word word, String status, String time) {
    Map<String, AttributeValue> item = new HashMap<>(word.label);
    item.put("validation_status", AttributeValue.fromS(status));
    item.put("timestamp_added", AttributeValue.fromS(time));
    return new Write(item.get("PK").s(), item.get("SK").s(), item);
  }

  /** Looks for all edits that wait, in one request. */
  private void look(List<Duration> ages) {
    if (!waiting.isEmpty()) {
      Map<String, ChromaRecord> records = chroma.get("words", List.copyOf(waiting.keySet()));
      long now = System.nanoTime();
      records.forEach(
          (id, record) -> {
            Waiting edit = waiting.get(id);
            if (edit.shown.equals(record.metadata().get("label_validated_at"))) {
              ages.add(Duration.ofNanos(now - edit.since));
              waiting.remove(id);
              measured.add(edit.word);
            }
          });
    }
  }
}
