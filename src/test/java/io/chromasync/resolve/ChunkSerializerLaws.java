package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.rules.RecordState;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

class ChunkSerializerLaws {

  private final ChunkSerializer serializer = new ChunkSerializer(new ReceiptTree());

  @Property
  void aChunkIsReadAsItWasWritten(@ForAll("chunks") StateChunk chunk) throws IOException {
    assertThat(read(write(chunk))).isEqualTo(chunk);
  }

  @Property(tries = 200)
  void kindsOutsideTheTableAreWrittenToo(@ForAll("chunks") StateChunk chunk) throws IOException {
    ChunkSerializer few =
        new ChunkSerializer(List.of(EntityKind.PARTITION, ReceiptKeys.RECEIPT, ReceiptKeys.LINE));
    DataOutputSerializer out = new DataOutputSerializer(64);
    few.serialize(chunk, out);

    assertThat(few.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()))).isEqualTo(chunk);
  }

  @Property(tries = 200)
  void valuesFollowEachOther(@ForAll("chunks") StateChunk one, @ForAll("chunks") StateChunk other)
      throws IOException {
    DataOutputSerializer both = new DataOutputSerializer(64);
    serializer.serialize(one, both);
    serializer.copy(new DataInputDeserializer(write(other)), both);
    DataInputDeserializer in = new DataInputDeserializer(both.getCopyOfBuffer());

    assertThat(serializer.deserialize(in)).isEqualTo(one);
    assertThat(serializer.deserialize(in)).isEqualTo(other);
    assertThat(in.available()).isZero();
  }

  @Property(tries = 200)
  void aCopyGoesItsOwnWay(@ForAll("chunks") StateChunk chunk) throws IOException {
    byte[] before = write(chunk);
    StateChunk copy = serializer.copy(chunk);
    copy.entries().clear();
    copy.written().clear();

    assertThat(read(before)).isEqualTo(chunk);
  }

  @Example
  void anotherVersionIsRefused() {
    assertThatThrownBy(() -> read(new byte[] {2, 0, 0}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }

  /** A line as a receipt usually has it. */
  @Example
  void aFactTakesLessThanEightyBytes() throws IOException {
    Version insert = new Version(1_764_000_000_000_000L, "300000000000000499659");
    Version label = new Version(1_764_000_100_000_000L, "300000000000000501123");
    Version run = new Version(1_764_000_050_000_000L, "300000000000000500001");
    StateChunk chunk = StateChunk.empty();
    chunk.entries().put(ReceiptKeys.line(1, 7), entry(insert, Fact.exists()));
    chunk.written().put(ReceiptKeys.line(1, 7), RecordState.shown(null, 11L, run, null, 12L));
    for (int word = 1; word <= 4; word++) {
      EntityKey key = ReceiptKeys.word(1, 7, word);
      chunk.entries().put(key, entry(insert, Fact.exists()));
      chunk.written().put(key, RecordState.shown(null, 11L, run, null, 12L));
      ReceiptFacts.Label fact =
          new ReceiptFacts.Label(
              ValidationStatus.VALID, "2025-11-24T16:00:48.123456", "receipt-model-v2");
      chunk.entries().put(ReceiptKeys.label(1, 7, word, "PRODUCT_NAME"), entry(label, fact.fact()));
    }

    assertThat(write(chunk).length / chunk.entries().size()).isLessThan(80);
  }

  private static FactRegister entry(Version version, Fact fact) {
    return new FactRegister(version, fact, null, true, false, null);
  }

  @Provide
  Arbitrary<StateChunk> chunks() {
    Arbitrary<Map<EntityKey, FactRegister>> entries =
        Arbitraries.maps(keys(), entries()).ofMaxSize(8);
    Arbitrary<Map<EntityKey, RecordState>> written =
        Arbitraries.maps(keys(), written()).ofMaxSize(8);
    return Combinators.combine(entries, written).as(StateChunk::new);
  }

  private static Arbitrary<EntityKey> keys() {
    Arbitrary<Integer> numbers =
        Arbitraries.oneOf(Arbitraries.integers().between(0, 3), Arbitraries.integers());
    return Arbitraries.oneOf(
        Arbitraries.of(EntityKey.PARTITION, EntityKey.SNAPSHOT),
        numbers.map(ReceiptKeys::receipt),
        numbers.map(ReceiptKeys::place),
        Combinators.combine(numbers, numbers).as(ReceiptKeys::line),
        Combinators.combine(numbers, numbers).as(ReceiptKeys::row),
        Combinators.combine(numbers, texts()).as(ReceiptKeys::section),
        Combinators.combine(numbers, Arbitraries.of(ReceiptTree.WORDS, ReceiptTree.LINES))
            .as(ReceiptKeys::delta),
        Combinators.combine(numbers, numbers, numbers).as(ReceiptKeys::word),
        Combinators.combine(numbers, numbers, numbers, texts()).as(ReceiptKeys::label));
  }

  private static Arbitrary<FactRegister> entries() {
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    Arbitrary<Version> orNull = versions().injectNull(0.5);
    return Combinators.combine(versions(), facts().injectNull(0.2), orNull, flags, flags, orNull)
        .as(FactRegister::new);
  }

  private static Arbitrary<RecordState> written() {
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    Arbitrary<Long> hashes = Arbitraries.longs().injectNull(0.3);
    return Combinators.combine(
            versions().injectNull(0.3),
            hashes,
            versions().injectNull(0.3),
            flags,
            texts().list().ofMaxSize(3).injectNull(0.5),
            flags,
            hashes)
        .as(
            (removed, content, vector, hidden, foreign, lost, embedding) ->
                new RecordState(removed, content, vector, hidden, foreign, lost, embedding));
  }

  private static Arbitrary<Fact> facts() {
    Arbitrary<ValidationStatus> statuses = Arbitraries.of(ValidationStatus.class);
    Arbitrary<List<Integer>> numbers = Arbitraries.integers().list().ofMaxSize(4);
    return Arbitraries.oneOf(
        Arbitraries.just(Fact.exists()),
        Combinators.combine(statuses, texts(), texts())
            .as(ReceiptFacts.Label::new)
            .map(ReceiptFacts.Label::fact),
        Combinators.combine(texts(), texts(), texts(), texts(), texts())
            .as(ReceiptFacts.Place::new)
            .map(ReceiptFacts.Place::fact),
        Combinators.combine(numbers, Arbitraries.doubles().injectNull(0.3), statuses)
            .as(ReceiptFacts.Section::new)
            .map(ReceiptFacts.Section::fact),
        numbers.map(ReceiptFacts.Row::new).map(ReceiptFacts.Row::fact),
        Combinators.combine(numbers.list().ofMaxSize(3), texts())
            .as(ReceiptFacts.Delta::new)
            .map(ReceiptFacts.Delta::fact));
  }

  /** Few, so that some are the same. */
  private static Arbitrary<Version> versions() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMaxLength(56);
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.oneOf(Arbitraries.of("", "0", "7", "007", "300000000000000499659"), digits))
        .as(Version::new);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.of("TOTAL", "", "ü", "日本", "\uD83D\uDE00"),
            Arbitraries.strings().ofMaxLength(20))
        .injectNull(0.2);
  }

  private byte[] write(StateChunk chunk) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(chunk, out);
    return out.getCopyOfBuffer();
  }

  private StateChunk read(byte[] bytes) throws IOException {
    return serializer.deserialize(new DataInputDeserializer(bytes));
  }
}
