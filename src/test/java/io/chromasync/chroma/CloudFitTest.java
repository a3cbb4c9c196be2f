package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.delivery.Rejections;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.Deltas;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class CloudFitTest {

  private final MetricListener listener = new MetricListener();
  private final SinkMetrics metrics =
      new SinkMetrics(
          listener.getMetricGroup(), Set.of(ReceiptTree.WORDS, ReceiptTree.LINES), () -> 0);
  private final Rejections rejections =
      new Rejections(Settings.of(URI.create("http://chroma:8000")), metrics);
  private final CloudFit cloud = new CloudFit(metrics, rejections);

  @Test
  void aRecordEndsAsIfItsMutationHadGoneInOne() {
    Mutation vector = upsert(1, 1);
    ChromaModel whole = new ChromaModel();
    ChromaModel parts = new ChromaModel();
    List.of(vector, wide(1)).forEach(whole::apply);

    List.of(vector, wide(1)).forEach(each -> cloud.fit(each).forEach(parts::apply));

    assertThat(parts.records()).isEqualTo(whole.records());
  }

  @Test
  void aRecordWithTooLongAnIdIsCountedAndTakesNoOtherAlong() {
    RecordKey far = ReceiptTree.word("i".repeat(128), 1, 2, 3);

    assertThat(cloud.fit(Mutation.delete(far, new Version(1, "1")))).isEmpty();
    assertThat(cloud.fit(delete(1))).containsExactly(delete(1));
    assertThat(
            listener
                .getCounter("kinesisanalytics", "collection", "words", "records_dropped")
                .orElseThrow()
                .getCount())
        .isEqualTo(1);
    assertThat(rejections.letters())
        .extracting(DeadLetter::detail)
        .containsExactly(
            "DELETE of '%s' in collection 'words' was dropped: Chroma Cloud takes ids of at most 128 bytes"
                .formatted(far.id()));
  }

  @Test
  void aVectorThatIsDroppedIsMissingInTheReportOfItsRun() {
    RecordKey far = ReceiptTree.word("i".repeat(128), 1, 2, 3);
    Version version = new Version(1, "1");
    RunReport report =
        Deltas.report(far.partition(), 1, "run", ReceiptTree.WORDS, 5, null, version, null);

    cloud.fit(Mutation.upsert(far, new float[] {1}, null, Map.of(), version));

    assertThat(rejections.settled(report).merged()).isEqualTo(4);
    assertThat(rejections.settled(report).merged()).as("a later run of the same").isEqualTo(5);
  }

  @Test
  void aKeyThatIsDroppedIsALetter() {
    assertThat(cloud.fit(update(1, "k".repeat(37), "value")))
        .as("nothing else was in it")
        .isEmpty();
    assertThat(rejections.letters())
        .extracting(DeadLetter::detail)
        .containsExactly(
            "UPDATE of '%s' in collection 'words' lost 1 keys: Chroma Cloud takes names of at most 36 bytes"
                .formatted(word(1).id()));
  }

  private static Mutation wide(int word) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      metadata.put("key-" + i, i % 3 == 0 ? MetadataValue.removed() : MetadataValue.of(i));
    }
    return Mutation.update(word(word), metadata, new Version(1, "1"));
  }
}
