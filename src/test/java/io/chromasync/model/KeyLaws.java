package io.chromasync.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

class KeyLaws {

  @Property
  void differentRecordsHaveDifferentIds(
      @ForAll("records") RecordKey one, @ForAll("records") RecordKey other) {
    boolean isSame =
        one.partition().equals(other.partition()) && one.entity().equals(other.entity());
    if (one.collection().equals(other.collection())) {
      assertThat(one.id().equals(other.id())).isEqualTo(isSame);
    }
  }

  @Property
  void theKeyOfAChunkIsReadBackFromItsPath(@ForAll("entities") EntityKey entity) {
    EntityKey chunk = entity.nearest(EntityKind.Trait.CHUNK);

    assertThat(new ReceiptTree().chunkAt(chunk.path())).isEqualTo(chunk);
  }

  @Property
  void aKeyIsReadBackAsItWasWritten(@ForAll("entities") EntityKey entity) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    EntityKeyType.Serializer.INSTANCE.serialize(entity, out);

    EntityKey read =
        EntityKeyType.Serializer.INSTANCE.deserialize(
            new DataInputDeserializer(out.getCopyOfBuffer()));

    assertThat(read).isEqualTo(entity).hasSameHashCodeAs(entity);
    assertThat(read.kind()).isSameAs(entity.kind());
  }

  @Property
  void differentEntitiesHaveDifferentPaths(
      @ForAll("entities") EntityKey one, @ForAll("entities") EntityKey other) {
    assertThat(one.path().equals(other.path())).isEqualTo(one.equals(other));
    assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
  }

  @Property
  void ancestorsAreThePrefixesOfAPath(@ForAll("entities") EntityKey entity) {
    for (EntityKey above : entity.ancestors()) {
      if (above.kind() != ReceiptKeys.IMAGE) {
        assertThat(entity.path()).startsWith(above.path() + "/");
      }
    }
  }

  @Property
  void aRecordIsCoveredByWhatLiesAboveIt(@ForAll("records") RecordKey record) {
    EntityKey owner = record.entity();
    for (EntityKey above : owner.ancestors()) {
      RecordKey below = ReceiptTree.below(record.collection(), record.partition(), above);
      assertThat(below.covers(record)).isTrue();
      assertThat(record.id()).startsWith(below.id());
      assertThat(record.covers(below)).isEqualTo(record.equals(below));
    }
  }

  @Example
  void idsArePaddedToFiveDigits() {
    assertThat(ReceiptTree.word("a", 1, 123, 123456).id())
        .isEqualTo("IMAGE#a#RECEIPT#00001#LINE#00123#WORD#123456");
    assertThat(ReceiptTree.row("a", 1, 7).id()).isEqualTo("IMAGE#a#RECEIPT#00001#LINE#00007");
  }

  @Provide
  Arbitrary<RecordKey> records() {
    Arbitrary<Integer> number = Arbitraries.of(0, 1, 10, 11, 99999, 100000, 111111);
    Arbitrary<String> image = Arbitraries.of("a", "b", "ab");
    return Arbitraries.oneOf(
        Combinators.combine(image, number, number, number).as(ReceiptTree::word),
        Combinators.combine(image, number, number).as(ReceiptTree::row));
  }

  @Provide
  Arbitrary<EntityKey> entities() {
    Arbitrary<Integer> number = Arbitraries.integers().between(1, 3);
    Arbitrary<String> name = Arbitraries.of("TAX", "a/b", "1/label/TAX", "line");
    return Arbitraries.oneOf(
        Arbitraries.just(ReceiptKeys.image()),
        number.map(ReceiptKeys::receipt),
        Combinators.combine(number, number).as(ReceiptKeys::line),
        Combinators.combine(number, number, number).as(ReceiptKeys::word),
        Combinators.combine(number, number, number, name).as(ReceiptKeys::label),
        number.map(ReceiptKeys::place),
        Combinators.combine(number, name).as(ReceiptKeys::section),
        Combinators.combine(number, number).as(ReceiptKeys::row));
  }
}
