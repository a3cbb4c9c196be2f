package io.chromasync.chroma;

import io.chromasync.chroma.delivery.RecentValues;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.runtime.Metrics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Metrics of the sink. Counters belong to the task's thread. */
public final class SinkMetrics {

  private final Counter requestsSent;
  private final Counter requestsRetried;
  private final Counter requestsFailed;
  private final Counter requestsSplit;
  private final Counter runReports;
  private final Counter deadLetters;
  private final Counter mutationsCoalesced;
  private final Counter rollbacks;
  private final Counter publicationsFailed;
  private final Map<CollectionName, Map<Verb, Counter>> written = new HashMap<>();
  private final Map<CollectionName, Cuts> cuts = new HashMap<>();
  private final Map<CollectionName, Counter> rejected = new HashMap<>();
  private final Map<CollectionName, Integer> requestSizes = new ConcurrentHashMap<>();
  private final Map<CollectionName, Long> freshUpTo = new ConcurrentHashMap<>();
  private final LongSupplier clock;
  private final RecentValues requestRecords = new RecentValues();
  private final RecentValues latency = new RecentValues();
  private final RecentValues freshness = new RecentValues();
  private final RecentValues vectorFreshness = new RecentValues();

  private boolean isPublishing;
  private volatile int inFlight;
  private volatile int resting;
  private volatile int limit = 1;
  private volatile long oldestWaiting = Long.MAX_VALUE;

  /**
   * @param clock milliseconds since the epoch; called by any thread
   */
  SinkMetrics(MetricGroup operator, Set<CollectionName> collections, LongSupplier clock) {
    MetricGroup group = Metrics.of(operator);
    requestsSent = group.counter("requests_sent");
    requestsRetried = group.counter("requests_retried");
    requestsFailed = group.counter("requests_failed");
    requestsSplit = group.counter("requests_split");
    runReports = group.counter("run_reports");
    deadLetters = group.counter("dead_letters");
    mutationsCoalesced = group.counter("mutations_coalesced");
    rollbacks = group.counter("rollbacks_noticed");
    publicationsFailed = group.counter("fresh_publications_failed");
    this.clock = clock;
    for (CollectionName collection : collections) {
      MetricGroup labelled = group.addGroup("collection", collection.name());
      written.put(collection, byVerb(labelled));
      cuts.put(collection, Cuts.of(labelled));
      rejected.put(collection, labelled.counter("records_rejected"));
      labelled.gauge(
          "request_size_limit", (Gauge<Integer>) () -> requestSizes.getOrDefault(collection, 0));
      labelled.gauge("fresh_up_to_age_ms", (Gauge<Long>) () -> freshAge(collection));
    }
    group.gauge(
        "fresh_up_to_max_age_ms",
        (Gauge<Long>) () -> collections.stream().mapToLong(this::freshAge).max().orElse(0));
    group.gauge("requests_in_flight", (Gauge<Integer>) () -> inFlight);
    group.gauge("requests_resting", (Gauge<Integer>) () -> resting);
    group.gauge("requests_in_flight_limit", (Gauge<Integer>) () -> limit);
    gauge(group, "request_records_p50", requestRecords, 50, clock);
    group.gauge("waiting_ms", (Gauge<Long>) () -> age(oldestWaiting, clock.getAsLong()));
    gauge(group, "request_latency_p50_ms", latency, 50, clock);
    gauge(group, "request_latency_p99_ms", latency, 99, clock);
    gauge(group, "freshness_p50_ms", freshness, 50, clock);
    gauge(group, "freshness_p99_ms", freshness, 99, clock);
    gauge(group, "freshness_max_ms", freshness, 100, clock);
    gauge(group, "vector_freshness_p50_ms", vectorFreshness, 50, clock);
    gauge(group, "vector_freshness_p99_ms", vectorFreshness, 99, clock);
  }

  private static void gauge(
      MetricGroup group, String name, RecentValues values, int percent, LongSupplier clock) {
    group.gauge(name, (Gauge<Long>) () -> values.percentile(percent, clock.getAsLong()));
  }

  private static long age(long micros, long now) {
    return micros == Long.MAX_VALUE ? 0 : now - TimeUnit.MICROSECONDS.toMillis(micros);
  }

  private long freshAge(CollectionName collection) {
    long now = clock.getAsLong();
    return Math.max(0, now - freshUpTo.getOrDefault(collection, now));
  }

  /**
   * Sets the instant up to which a collection is known to reflect every change, or the start of the
   * task while there is none.
   *
   * @param millis since the epoch
   */
  void freshUpTo(CollectionName collection, long millis) {
    if (millis > FreshRecords.UNKNOWN) {
      freshUpTo.put(collection, millis);
    }
  }

  /** Counts the previous publication of freshness as failed, unless it succeeded. */
  void publishing() {
    if (isPublishing) {
      publicationsFailed.inc();
    }
    isPublishing = true;
  }

  /** Takes the success of a publication of freshness. */
  void published() {
    isPublishing = false;
  }

  /** Sets the number of requests in flight. */
  public void inFlight(int now) {
    inFlight = now;
  }

  /** Sets the number of groups that wait for a retry. */
  public void resting(int now) {
    resting = now;
  }

  /**
   * Sets the age of the oldest unsettled change.
   *
   * @param oldestMicros event time of the oldest change that waits; {@link Long#MAX_VALUE} if none
   */
  public void waiting(long oldestMicros) {
    oldestWaiting = oldestMicros;
  }

  /** Counts a dead letter. */
  public void letter() {
    deadLetters.inc();
  }

  /** Counts a rollback: Chroma lacks writes that it acknowledged. */
  void rolledBack() {
    rollbacks.inc();
  }

  /** Counts a request and records its number of mutations. */
  public void sent(int records) {
    requestsSent.inc();
    requestRecords.record(records, clock.getAsLong());
  }

  /** Counts mutations that coalescing made redundant. */
  public void coalesced(int mutations) {
    mutationsCoalesced.inc(mutations);
  }

  /** Sets the limit of requests in flight. */
  public void limit(int now) {
    limit = now;
  }

  /** Counts a failed attempt that will be retried. */
  public void retried() {
    requestsRetried.inc();
  }

  /** Counts a request that is given up and fails the job. */
  public void failed() {
    requestsFailed.inc();
  }

  /** Counts a request that is split in halves. */
  public void split() {
    requestsSplit.inc();
  }

  /** Counts a record that Chroma rejects. */
  public void rejected(CollectionName collection) {
    rejected.get(collection).inc();
  }

  /** Sets the request size limit of a collection. */
  public void requestSize(CollectionName collection, int limit) {
    requestSizes.put(collection, limit);
  }

  /**
   * Records an acknowledged request.
   *
   * @param records records to count; a delete by filter of several requests counts only with its
   *     last request
   * @param sentAt start of the last attempt, in milliseconds since the epoch
   * @param now current time, in milliseconds since the epoch
   */
  public void written(WriteGroup group, int records, long sentAt, long now) {
    written.get(group.collection()).get(group.verb()).inc(records);
    latency.record(now - sentAt, now);
    RecentValues ages = group.verb() == Verb.UPSERT ? vectorFreshness : freshness;
    ages.record(age(group.oldestMicros(), now), now);
  }

  /** Counts run reports handed to the committer after everything before them was written. */
  void reported(int reports) {
    runReports.inc(reports);
  }

  /** Counts the parts of a mutation that were cut to fit the target's limits. */
  void cut(CollectionName collection, CloudLimits.Cut cut) {
    cuts.get(collection).add(cut);
  }

  private static Map<Verb, Counter> byVerb(MetricGroup labelled) {
    Map<Verb, Counter> counters = new EnumMap<>(Verb.class);
    for (Verb verb : Verb.values()) {
      counters.put(verb, labelled.counter(name(verb)));
    }
    return counters;
  }

  private static String name(Verb verb) {
    return switch (verb) {
      case UPSERT -> "records_upserted";
      case UPDATE -> "records_updated";
      case DELETE -> "records_deleted";
      // The number of records that a delete by filter deletes is known only to the server.
      case DELETE_BY_FILTER -> "deletes_by_filter_written";
    };
  }

  private record Cuts(Counter keys, Counter values, Counter documents, Counter records) {

    static Cuts of(MetricGroup group) {
      return new Cuts(
          group.counter("keys_dropped"),
          group.counter("values_truncated"),
          group.counter("documents_truncated"),
          group.counter("records_dropped"));
    }

    void add(CloudLimits.Cut cut) {
      keys.inc(cut.keys());
      values.inc(cut.values());
      documents.inc(cut.documents());
      records.inc(cut.records());
    }
  }
}
