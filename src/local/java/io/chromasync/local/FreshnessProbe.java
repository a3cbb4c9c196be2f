package io.chromasync.local;

import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.Sample.Label;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Word;
import io.chromasync.local.samples.SampleItems;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.samples.SampleTable.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Measures freshness from end to end: from the moment the table has accepted an edit of one label
 * until Chroma shows it, again and again.
 *
 * <p>The job's own gauge counts from the table's creation times, which DynamoDB Local floors to the
 * minute. Other threads may ask for what it has seen.
 */
final class FreshnessProbe implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final int KEPT = 200;

  private final SampleTable table;
  private final ChromaCollections chroma;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(FreshnessProbe::daemon);
  private final Deque<Duration> seen = new ArrayDeque<>();
  private ScheduledFuture<?> rounds;
  private Image image;
  private Instant accepted;
  private Duration caughtUp;

  /**
   * @param image for the probe alone, as {@link #prepare} makes it
   */
  FreshnessProbe(SampleTable table, ChromaCollections chroma, Image image, InstantSource clock) {
    this.table = table;
    this.chroma = chroma;
    this.image = image;
    this.clock = clock;
  }

  /** The image with exactly one label on its first word, which decides that word's status alone. */
  static Image prepare(Image image) {
    return labelled(image, "PENDING");
  }

  void start() {
    rounds = thread.scheduleWithFixedDelay(this::look, 0, POLL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * How long the first edit took, which had to wait for everything before it; null until then. It
   * does not count as freshness.
   */
  synchronized Duration caughtUp() {
    return caughtUp;
  }

  /**
   * How long the newest edits took, or nothing if none was seen.
   *
   * @param percent as in 99 for p99
   */
  synchronized Duration percentile(int percent) {
    List<Duration> sorted = seen.stream().sorted().toList();
    return sorted.isEmpty()
        ? null
        : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  /** Throws what stopped the probe, if anything did. */
  void check() {
    if (rounds != null && rounds.isDone() && !rounds.isCancelled()) {
      try {
        rounds.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the freshness probe ended", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void look() {
    if (accepted == null) {
      edit();
    } else if (isShown()) {
      synchronized (this) {
        Duration age = Duration.between(accepted, clock.instant());
        if (caughtUp == null) {
          caughtUp = age;
        } else {
          seen.addLast(age);
        }
        if (seen.size() > KEPT) {
          seen.removeFirst();
        }
      }
      accepted = null;
    }
  }

  /** Changes the status of the label. */
  void edit() {
    Image before = image;
    image = labelled(before, label(before).status().equals("VALID") ? "INVALID" : "VALID");
    table.write(Write.between(SampleItems.of(before, image), SampleItems.of(image, before)));
    accepted = clock.instant();
  }

  /** Whether Chroma shows the last edit. */
  boolean isShown() {
    Word word = word(image);
    String id =
        String.format(
            Locale.ROOT,
            "IMAGE#%s#RECEIPT#00001#LINE#%05d#WORD#%05d",
            image.id(),
            word.line(),
            word.id());
    ChromaRecord record = chroma.get("words", List.of(id)).get(id);
    String wanted = label(image).status().equals("VALID") ? "validated" : "unvalidated";
    return record != null && wanted.equals(record.metadata().get("label_status"));
  }

  private static Image labelled(Image image, String status) {
    Receipt receipt = image.receipts().get(1);
    Word word = word(image);
    Label label = new Label("TAX", status, "2026-03-02T18:00:00+00:00", null);
    Word labelled =
        new Word(
            word.line(),
            word.id(),
            word.text(),
            word.box(),
            word.confidence(),
            false,
            word.extracted(),
            Map.of(label.name(), label));
    return image.with(receipt.with(receipt.line(word.line()).with(labelled)));
  }

  private static Word word(Image image) {
    return image.receipts().get(1).words().findFirst().orElseThrow();
  }

  private static Label label(Image image) {
    return word(image).labels().get("TAX");
  }

  private static Thread daemon(Runnable rounds) {
    Thread thread = new Thread(rounds, "freshness-probe");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    if (rounds != null) {
      rounds.cancel(false);
    }
    thread.shutdown();
    try {
      thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
