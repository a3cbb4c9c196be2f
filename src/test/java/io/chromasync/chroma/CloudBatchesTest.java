package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.batch;
import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import io.chromasync.testing.ChromaModel;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class CloudBatchesTest {

  private final MetricListener listener = new MetricListener();
  private final SinkMetrics metrics = new SinkMetrics(listener.getMetricGroup(), () -> 0);
  private final Rejections rejections =
      new Rejections(Settings.of(URI.create("http://chroma:8000")), metrics);
  private final CloudBatches cloud = new CloudBatches(metrics, rejections);

  @Test
  void whatDoesNotGoWithTheRestFollowsAllOfItsVerbInOneRequest() {
    Batch fitted =
        cloud.fit(batch("words/1", delete(9), wide(1), wide(2), update(3, "a", 1), upsert(1, 1)));

    assertThat(cut(fitted))
        .extracting(request -> request.group().toString())
        .containsExactly(
            "DELETE of 1 records",
            "UPDATE of 3 records",
            "UPDATE of 2 records",
            "UPSERT of 1 records");
  }

  @Test
  void aRecordEndsAsIfItsMutationHadGoneInOne() {
    Mutation vector = upsert(1, 1);
    ChromaModel whole = new ChromaModel();
    ChromaModel parts = new ChromaModel();
    List.of(vector, wide(1)).forEach(whole::apply);

    cloud.fit(batch("words/1", vector, wide(1))).mutations().forEach(parts::apply);

    assertThat(parts.records()).isEqualTo(whole.records());
  }

  @Test
  void aRecordWithTooLongAnIdIsCountedAndTakesNoOtherAlong() {
    RecordKey far = RecordKey.word("i".repeat(128), 1, 2, 3);

    Batch fitted =
        cloud.fit(batch("words/1", delete(1), Mutation.delete(far, new Version(1, "1"))));

    assertThat(fitted.mutations()).containsExactly(delete(1));
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
    RecordKey far = RecordKey.word("i".repeat(128), 1, 2, 3);
    Version version = new Version(1, "1");
    RunReport report =
        new RunReport(far.image(), 1, "run", Collection.WORDS, 5, null, version, null);

    cloud.fit(batch("words/1", Mutation.upsert(far, new float[] {1}, null, Map.of(), version)));

    assertThat(rejections.settled(report).merged()).isEqualTo(4);
    assertThat(rejections.settled(report).merged()).as("a later run of the same").isEqualTo(5);
  }

  @Test
  void aKeyThatIsDroppedIsALetter() {
    Batch fitted = cloud.fit(batch("words/1", update(1, "k".repeat(37), "value"), delete(2)));

    assertThat(fitted.mutations()).as("nothing else was in it").containsExactly(delete(2));
    assertThat(rejections.letters())
        .extracting(DeadLetter::detail)
        .containsExactly(
            "UPDATE of '%s' in collection 'words' lost 1 keys: Chroma Cloud takes names of at most 36 bytes"
                .formatted(word(1).id()));
  }

  private static List<WriteRequest> cut(Batch batch) {
    return Requests.of(batch, new RequestCutter(1 << 20, new ColumnJson(true)), 100);
  }

  private static Mutation wide(int word) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      metadata.put("key-" + i, i % 3 == 0 ? MetadataValue.removed() : MetadataValue.of(i));
    }
    return Mutation.update(word(word), metadata, new Version(1, "1"));
  }
}
