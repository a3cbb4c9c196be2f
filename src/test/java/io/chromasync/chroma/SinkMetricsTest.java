package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.receipts.ReceiptTree;
import java.util.List;
import java.util.Set;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {

  private final MetricListener listener = new MetricListener();
  private long now;
  private final SinkMetrics metrics =
      new SinkMetrics(
          listener.getMetricGroup(), Set.of(ReceiptTree.WORDS, ReceiptTree.LINES), () -> now);

  @Test
  void recordsAreCountedByCollectionAndVerb() {
    metrics.written(group(ReceiptTree.WORDS, Verb.UPSERT, 0), 3, 0, 0);
    metrics.written(group(ReceiptTree.WORDS, Verb.UPDATE, 0), 4, 0, 0);
    metrics.written(group(ReceiptTree.LINES, Verb.DELETE, 0), 5, 0, 0);
    metrics.written(group(ReceiptTree.LINES, Verb.DELETE_BY_FILTER, 0), 1, 0, 0);

    assertThat(counter("collection", "words", "records_upserted")).isEqualTo(3);
    assertThat(counter("collection", "words", "records_updated")).isEqualTo(4);
    assertThat(counter("collection", "words", "records_deleted")).isZero();
    assertThat(counter("collection", "lines", "records_deleted")).isEqualTo(5);
    assertThat(counter("collection", "lines", "deletes_by_filter_written")).isEqualTo(1);
  }

  @Test
  void requestsAreCountedByTheirFate() {
    metrics.sent(7);
    metrics.sent(9);
    metrics.inFlight(1);
    metrics.retried();
    metrics.split();
    metrics.failed();
    metrics.resting(3);
    metrics.limit(2);

    assertThat(counter("requests_sent")).isEqualTo(2);
    assertThat(counter("requests_retried")).isEqualTo(1);
    assertThat(counter("requests_failed")).isEqualTo(1);
    assertThat(counter("requests_split")).isEqualTo(1);
    assertThat(gauge("requests_in_flight")).isEqualTo(1);
    assertThat(gauge("requests_in_flight_limit")).isEqualTo(2);
    assertThat(gauge("requests_resting")).isEqualTo(3);
    assertThat(gauge("request_records_p50")).isEqualTo(7);
  }

  @Test
  void whatOnlySomeRecordsSufferIsToldByCollection() {
    metrics.rejected(ReceiptTree.WORDS);
    metrics.requestSize(ReceiptTree.LINES, 50);

    assertThat(counter("collection", "words", "records_rejected")).isEqualTo(1);
    assertThat(counter("collection", "lines", "records_rejected")).isZero();
    assertThat(gauge("collection", "lines", "request_size_limit")).isEqualTo(50);
  }

  @Test
  void reportsAreCountedWhenTheyAreHandedOn() {
    metrics.reported(2);
    metrics.reported(0);

    assertThat(counter("run_reports")).isEqualTo(2);
  }

  @Test
  void whatIsCutIsCountedByCollection() {
    metrics.cut(ReceiptTree.WORDS, new CloudLimits.Cut(1, 2, 3, 4));

    assertThat(counter("collection", "words", "keys_dropped")).isEqualTo(1);
    assertThat(counter("collection", "words", "values_truncated")).isEqualTo(2);
    assertThat(counter("collection", "words", "documents_truncated")).isEqualTo(3);
    assertThat(counter("collection", "words", "records_dropped")).isEqualTo(4);
    assertThat(counter("collection", "lines", "records_dropped")).isZero();
  }

  @Test
  void freshnessIsTheAgeOfWhatWasJustAcknowledged() {
    for (int age = 1; age <= 100; age++) {
      metrics.written(group(ReceiptTree.WORDS, Verb.UPDATE, 5_000_000), 1, 5_000, 5_000 + age);
    }

    assertThat(gauge("freshness_p50_ms")).isEqualTo(50);
    assertThat(gauge("freshness_p99_ms")).isEqualTo(99);
    assertThat(gauge("freshness_max_ms")).isEqualTo(100);
    assertThat(gauge("request_latency_p50_ms")).isEqualTo(50);
    assertThat(gauge("request_latency_p99_ms")).isEqualTo(99);
  }

  @Test
  void freshnessOfVectorsIsApart() {
    metrics.written(group(ReceiptTree.WORDS, Verb.UPSERT, 5_000_000), 1, 5_000, 5_070);

    assertThat(gauge("vector_freshness_p50_ms")).isEqualTo(70);
    assertThat(gauge("vector_freshness_p99_ms")).isEqualTo(70);
    assertThat(gauge("freshness_max_ms")).isZero();
  }

  @Test
  void gaugesForgetWhatIsLongAgo() {
    metrics.written(group(ReceiptTree.WORDS, Verb.UPDATE, 0), 1, 0, 1_000_000);
    for (int i = 0; i < 512; i++) {
      metrics.written(group(ReceiptTree.WORDS, Verb.UPDATE, 0), 1, 0, 7);
    }

    assertThat(gauge("freshness_max_ms")).isEqualTo(7);
  }

  @Test
  void gaugesForgetWhenNothingHappensForAMinute() {
    metrics.written(group(ReceiptTree.WORDS, Verb.UPDATE, 0), 1, 0, 7);

    now = 60_007;
    assertThat(gauge("freshness_max_ms")).isEqualTo(7);
    now = 60_008;
    assertThat(gauge("freshness_max_ms")).isZero();
    assertThat(gauge("request_latency_p99_ms")).isZero();
  }

  @Test
  void whatWaitsForChromaGetsOlder() {
    assertThat(gauge("waiting_ms")).isZero();

    metrics.waiting(1_000_000);
    now = 5_000;
    assertThat(gauge("waiting_ms")).isEqualTo(4_000);
    now = 6_000;
    assertThat(gauge("waiting_ms")).isEqualTo(5_000);
    metrics.waiting(Long.MAX_VALUE);
    assertThat(gauge("waiting_ms")).isZero();
  }

  @Test
  void whatNeedsNoWriteOfItsOwnIsCounted() {
    metrics.coalesced(2);
    metrics.coalesced(0);

    assertThat(counter("mutations_coalesced")).isEqualTo(2);
  }

  @Test
  void gaugesAreZeroBeforeTheFirstWrite() {
    assertThat(gauge("freshness_max_ms")).isZero();
  }

  private long counter(String... name) {
    return listener.getCounter(below(name)).orElseThrow().getCount();
  }

  private long gauge(String... name) {
    return listener.<Number>getGauge(below(name)).orElseThrow().getValue().longValue();
  }

  private static String[] below(String... name) {
    String[] all = new String[name.length + 1];
    all[0] = "kinesisanalytics";
    System.arraycopy(name, 0, all, 1, name.length);
    return all;
  }

  private static WriteGroup group(CollectionName collection, Verb verb, long oldest) {
    return new WriteGroup(collection, verb, List.of(), oldest);
  }
}
