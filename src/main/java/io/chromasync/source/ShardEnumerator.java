package io.chromasync.source;

import io.chromasync.config.Metrics;
import io.chromasync.source.Answer.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds shards and hands them to readers; what may be read is {@link Lineage}'s decision.
 *
 * <p>After a restore, readers report the splits of their state instead of reading them ({@link
 * org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery}), and nothing is
 * handed out before all readers are there. So shards are spread evenly after a rescale too, and the
 * positions of all are known before any is assigned. When only some tasks fail, their splits come
 * back in two ways, both waiting here for the readers' return: those assigned since the checkpoint
 * by {@link #addSplitsBack}, the others in the readers' reports.
 *
 * <p>Runs in the coordinator's thread, except {@link #listIfDue}, which runs in its worker.
 */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, LineageState> {

  private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

  /** How often the stream must be denied to be believed gone. */
  private static final int GONE = 4;

  private final SplitEnumeratorContext<ShardSplit> context;
  private final ShardStream stream;
  private final ReadingRules rules;
  private final Gaps gaps;
  private final RandomGenerator random = new Random();
  private final AtomicReference<Instant> nextListing = new AtomicReference<>(Instant.MIN);
  private final Map<String, Integer> owners = new HashMap<>();
  private final FinishReceipts receipts = new FinishReceipts();
  private Lineage lineage;
  private int refusals;
  private int throttled;
  private int hasty;
  private boolean endNoted;

  /** For reporters, which ask from their own threads. */
  private volatile int waiting;

  /** Or, before the first listing, the start. */
  private volatile long listedMillis;

  ShardEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      ShardStream stream,
      Lineage lineage,
      ReadingRules rules) {
    this.context = context;
    this.stream = stream;
    this.lineage = lineage;
    this.rules = rules;
    MetricGroup group = Metrics.of(context.metricGroup());
    this.gaps = new Gaps(rules.onGap(), group.counter("gaps"));
    this.listedMillis = rules.clock().millis();
    group.gauge("shards_waiting", (Gauge<Integer>) () -> waiting);
    group.gauge("listing_age_ms", (Gauge<Long>) this::listingAge);
  }

  @Override
  public void start() {
    checkForGap();
    context.callAsync(this::listIfDue, this::listed, 0, rules.pace().tick().toMillis());
  }

  /** Readers do not ask: shards are pushed. */
  @Override
  public void handleSplitRequest(int reader, String host) {}

  @Override
  public void addReader(int reader) {
    ReaderInfo info = context.registeredReaders().get(reader);
    List<ShardSplit> reported = info.getReportedSplitsOnRegistration();
    takeBack(reported, reader);
    assign();
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int reader) {
    receipts.forget(reader);
    owners.values().removeIf(owner -> owner == reader);
    takeBack(splits, reader);
    assign();
  }

  @Override
  public void handleSourceEvent(int reader, SourceEvent event) {
    if (!(event instanceof ShardsFinished finished)) {
      throw new IllegalArgumentException("Reader " + reader + " sent an unknown event: " + event);
    }
    receipts.reported(reader, finished.lastMillis().keySet());
    Instant now = now();
    finished
        .lastMillis()
        .forEach(
            (shard, lastMillis) -> {
              owners.remove(shard);
              lineage.ended(shard, lastMillis, now);
            });
    assign();
    hasty = 0;
    listBy(now);
  }

  @Override
  public LineageState snapshotState(long checkpoint) {
    receipts.snapshot(checkpoint);
    return lineage.state();
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    receipts.complete(checkpoint).forEach(this::confirm);
  }

  @Override
  public void close() {
    stream.close();
  }

  private void confirm(int reader, Set<String> shards) {
    if (context.registeredReaders().containsKey(reader)) {
      context.sendEventToSourceReader(reader, new FinishRecorded(shards));
    }
  }

  /** A restored job may have slept longer than the stream remembers, or the stream is another. */
  private void checkForGap() {
    if (!lineage.stream().equals(rules.stream())) {
      gaps.found(
          ("The state is of stream %s, but the table's stream is now %s: what changed in between"
                  + " is lost. To read the rest of the old stream first, while it is kept, set"
                  + " 'source.stream-arn' to it instead of 'source.table'.")
              .formatted(lineage.stream(), rules.stream()));
      lineage = new Lineage(rules.stream(), Start.TRIM_HORIZON);
      return;
    }
    Duration retention = stream.limits().retention();
    Instant known = lineage.isFresh() ? rules.start().moment() : lineage.listedAt();
    if (known != null && known.isBefore(stream.limits().horizon(now()))) {
      gaps.found(
          ("Stream %s keeps changes for %s only, but is to be read on from %s: what it kept no"
                  + " longer is lost.")
              .formatted(rules.stream(), retention, known));
      lineage.skippedTo(now());
    }
  }

  /**
   * Lists the shards if it is time; null if not. Only one listing runs at a time, and a wish that
   * comes meanwhile is kept.
   */
  private Answer listIfDue() {
    Instant due = nextListing.get();
    boolean isDue = !now().isBefore(due) && nextListing.compareAndSet(due, Instant.MAX);
    return isDue ? stream.shards().join() : null;
  }

  private void listed(Answer answer, Throwable error) {
    if (error != null) {
      throw new IllegalStateException("Listing the shards of " + rules.stream() + " broke", error);
    }
    if (answer instanceof Answer.Shards listing) {
      refusals = 0;
      throttled = 0;
      lineage.listed(listing, now());
      listedMillis = now().toEpochMilli();
      noteEnd(listing);
      assign();
      listBy(now().plus(untilNextListing()));
    } else if (answer instanceof Answer.Refused refused) {
      refused(refused);
    }
  }

  private void refused(Answer.Refused refused) {
    boolean busy = refused.reason() == Reason.THROTTLED;
    int attempt = busy ? ++throttled : ++refusals;
    boolean hopeless =
        switch (refused.reason()) {
          case THROTTLED, UNAVAILABLE -> false;
          case GONE -> attempt >= GONE;
          case TRIMMED, EXPIRED, FATAL -> true;
        };
    boolean enough = !busy && rules.pace().backoff().isExhausted(attempt);
    if (hopeless || enough) {
      throw new IllegalStateException(
          "The shards of stream %s cannot be listed (attempt %d, %s): %s"
              .formatted(rules.stream(), attempt, refused.reason(), refused.detail()),
          refused.cause());
    }
    Duration pause = rules.pace().backoff().pause(attempt, random);
    LOG.warn(
        "Shards not listed, trying again: stream={} reason={} attempt={} pause={} detail={}",
        rules.stream(),
        refused.reason(),
        attempt,
        pause,
        refused.detail());
    listBy(now().plus(pause));
  }

  /** A stream that was switched off ends silently, and the table goes on without us. */
  private void noteEnd(Answer.Shards listing) {
    if (!listing.live() && lineage.isExhausted() && !endNoted) {
      endNoted = true;
      gaps.found(
          "Stream %s was disabled and is read to its end: later changes of the table are not seen."
              .formatted(rules.stream()));
    }
  }

  /** Soon while the picture is incomplete, each time a little later; else at the usual time. */
  private Duration untilNextListing() {
    Duration usual = rules.pace().listing();
    Duration jittered = usual.minusMillis(random.nextLong(usual.toMillis() / 5 + 1));
    if (!lineage.isUnsettled(now())) {
      hasty = 0;
      return jittered;
    }
    hasty++;
    Duration soon = rules.pace().backoff().pause(hasty, random);
    return soon.compareTo(jittered) < 0 ? soon : jittered;
  }

  private void listBy(Instant time) {
    nextListing.accumulateAndGet(time, (one, other) -> one.isBefore(other) ? one : other);
  }

  /**
   * A split that another reader has meanwhile is left to it: it was handed over at the position
   * reported now, or later.
   */
  private void takeBack(List<ShardSplit> splits, int reader) {
    Instant now = now();
    for (ShardSplit split : splits) {
      boolean ours = split.stream().equals(lineage.stream());
      if (ours && owners.getOrDefault(split.splitId(), reader) == reader) {
        lineage.returned(split, now);
      }
    }
  }

  private void assign() {
    assignWaiting();
    waiting = lineage.waiting();
  }

  private void assignWaiting() {
    List<ShardSplit> splits = lineage.assignable();
    boolean complete = context.registeredReaders().size() == context.currentParallelism();
    if (splits.isEmpty() || !complete) {
      return;
    }
    Map<Integer, List<ShardSplit>> assignment = new HashMap<>();
    for (ShardSplit split : splits) {
      int reader = leastBusyReader();
      owners.put(split.splitId(), reader);
      lineage.assigned(split);
      assignment.computeIfAbsent(reader, r -> new ArrayList<>()).add(split);
    }
    context.assignSplits(new SplitsAssignment<>(assignment));
  }

  private int leastBusyReader() {
    Map<Integer, Long> load = new HashMap<>();
    context.registeredReaders().keySet().forEach(reader -> load.put(reader, 0L));
    owners.values().forEach(reader -> load.merge(reader, 1L, Long::sum));
    return load.entrySet().stream()
        .min(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  private long listingAge() {
    return Math.max(0, rules.clock().millis() - listedMillis);
  }

  private Instant now() {
    return rules.clock().instant();
  }
}
