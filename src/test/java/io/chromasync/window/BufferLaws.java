package io.chromasync.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import io.chromasync.testing.ChromaModel;
import io.chromasync.window.Buffer.Content;
import io.chromasync.window.Buffer.Growth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** What holds for every sequence of mutations of a lane; jqwik prints the seed of a failure. */
class BufferLaws {

  private static final String IMAGE = "img";

  /** Two receipts, of which the first has two lines. */
  private static final List<RecordKey> WORDS =
      List.of(
          RecordKey.word(IMAGE, 1, 1, 1),
          RecordKey.word(IMAGE, 1, 1, 2),
          RecordKey.word(IMAGE, 1, 2, 1),
          RecordKey.word(IMAGE, 2, 1, 1));

  @Property
  void writingBatchesHasTheEffectOfWritingEveryMutation(
      @ForAll("mutations") List<Mutation> before,
      @ForAll("mutations") List<Mutation> mutations,
      @ForAll Set<@IntRange(min = 0, max = 24) Integer> closings)
      throws Exception {
    ChromaModel one = modelAfter(before);
    ChromaModel other = modelAfter(before);
    Buffer buffer = buffer();

    for (int i = 0; i < mutations.size(); i++) {
      one.apply(mutations.get(i));
      buffer.add(mutations.get(i));
      if (closings.contains(i)) {
        buffer.drain().mutations().forEach(other::apply);
      }
    }
    buffer.drain().mutations().forEach(other::apply);

    assertThat(other.records()).isEqualTo(one.records());
  }

  @Property
  void aVerbNamesARecordOnceAndVerbsKeepTheirOrder(@ForAll("mutations") List<Mutation> mutations)
      throws Exception {
    Buffer buffer = buffer();
    for (Mutation mutation : mutations) {
      buffer.add(mutation);
    }

    List<Mutation> batch = buffer.drain().mutations();

    Set<String> named = new HashSet<>();
    assertThat(batch).allMatch(each -> named.add(each.verb() + " " + each.record()));
    assertThat(batch)
        .extracting(Mutation::verb)
        .isSortedAccordingTo(
            Comparator.comparing(
                List.of(Verb.SWEEP, Verb.DELETE, Verb.UPDATE, Verb.UPSERT)::indexOf));
  }

  @Property
  void growthTellsWhatTheBufferHolds(@ForAll("mutations") List<Mutation> mutations)
      throws Exception {
    Buffer buffer = buffer();
    Growth growth = Growth.NONE;
    for (Mutation mutation : mutations) {
      growth = growth.plus(buffer.add(mutation));
    }

    Content content = buffer.drain();

    assertThat(growth.mutations()).isEqualTo(content.size());
    long reports =
        mutations.stream().filter(BufferLaws::isReport).mapToLong(Mutation::weight).sum();
    assertThat(growth.bytes())
        .isEqualTo(content.mutations().stream().mapToLong(Mutation::weight).sum() + reports);
    assertThat(buffer.drain().size()).isZero();
  }

  @Property
  void everyReportLeavesInTheOrderInWhichItCame(
      @ForAll("mutations") List<Mutation> mutations,
      @ForAll Set<@IntRange(min = 0, max = 24) Integer> closings)
      throws Exception {
    Buffer buffer = buffer();
    List<RunReport> told = new ArrayList<>();
    for (int i = 0; i < mutations.size(); i++) {
      buffer.add(mutations.get(i));
      if (closings.contains(i)) {
        told.addAll(buffer.drain().reports());
      }
    }
    told.addAll(buffer.drain().reports());

    assertThat(told)
        .isEqualTo(mutations.stream().filter(BufferLaws::isReport).map(Mutation::report).toList());
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    Arbitrary<Mutation> mutation =
        Combinators.combine(
                Arbitraries.frequency(
                    Tuple.of(4, Verb.UPSERT),
                    Tuple.of(4, Verb.UPDATE),
                    Tuple.of(2, Verb.DELETE),
                    Tuple.of(2, Verb.SWEEP),
                    Tuple.of(1, Verb.REPORT)),
                Arbitraries.of(WORDS),
                Arbitraries.of(EntityType.IMAGE, EntityType.RECEIPT, EntityType.LINE),
                Arbitraries.of(WORDS).set().ofMaxSize(4),
                Arbitraries.maps(
                        Arbitraries.of("a", "b", "c"), Arbitraries.integers().between(0, 2))
                    .ofMaxSize(3))
            .as(BufferLaws::mutation);
    return mutation.list().ofMaxSize(25);
  }

  private static Mutation mutation(
      Verb verb,
      RecordKey record,
      EntityType above,
      Set<RecordKey> spared,
      Map<String, Integer> values) {
    Version version = new Version(values.hashCode(), "1");
    return switch (verb) {
      case SWEEP -> sweep(above(record, above), spared, version);
      case DELETE -> Mutation.delete(record, version);
      case UPDATE -> Mutation.update(record, metadata(values), version);
      case UPSERT -> upsert(record, values, version);
      case REPORT ->
          Mutation.report(
              new RunReport(IMAGE, 1, "run", Collection.WORDS, values.hashCode(), null, null, null),
              version);
    };
  }

  private static Mutation sweep(RecordKey below, Set<RecordKey> spared, Version version) {
    return Mutation.sweep(below, spared.stream().filter(below::covers).toList(), version);
  }

  private static RecordKey above(RecordKey record, EntityType type) {
    EntityKey above =
        record.entity().ancestors().stream()
            .filter(each -> each.type() == type)
            .findFirst()
            .orElseThrow();
    return RecordKey.below(Collection.WORDS, IMAGE, above);
  }

  private static boolean isReport(Mutation mutation) {
    return mutation.verb() == Verb.REPORT;
  }

  private static Mutation upsert(RecordKey record, Map<String, Integer> values, Version version) {
    Map<String, MetadataValue> metadata = metadata(values);
    metadata.put("image_id", MetadataValue.of(record.image()));
    metadata.put("receipt_id", MetadataValue.of(record.receipt()));
    metadata.put("line_id", MetadataValue.of(record.line()));
    metadata.put("word_id", MetadataValue.of(record.word()));
    String document = values.containsKey("a") ? "document " + values : null;
    return Mutation.upsert(record, new float[] {values.size()}, document, metadata, version);
  }

  /** Zero removes the key. */
  private static Map<String, MetadataValue> metadata(Map<String, Integer> values) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    values.forEach(
        (key, value) ->
            metadata.put(key, value == 0 ? MetadataValue.removed() : MetadataValue.of(value)));
    return metadata;
  }

  private static ChromaModel modelAfter(List<Mutation> mutations) {
    ChromaModel model = new ChromaModel();
    mutations.forEach(model::apply);
    return model;
  }

  private static Buffer buffer() {
    return new Buffer(new HeapMapState<>(), new HeapMapState<>(), new HeapListState<>());
  }
}
