package io.chromasync.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeyLaws {

  @Property
  void differentRecordsHaveDifferentIds(
      @ForAll("records") RecordKey one, @ForAll("records") RecordKey other) {
    if (one.collection() == other.collection()) {
      assertThat(one.id().equals(other.id())).isEqualTo(one.equals(other));
    }
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
      if (above.type() != EntityType.IMAGE) {
        assertThat(entity.path()).startsWith(above.path() + "/");
      }
    }
  }

  @Property
  void aRecordIsCoveredByWhatLiesAboveIt(@ForAll("records") RecordKey record) {
    EntityKey owner = record.entity();
    for (EntityKey above : owner.ancestors()) {
      RecordKey below = RecordKey.below(record.collection(), record.image(), above);
      assertThat(below.covers(record)).isTrue();
      assertThat(record.id()).startsWith(below.id());
      assertThat(record.covers(below)).isEqualTo(record.equals(below));
    }
  }

  @Example
  void idsArePaddedToFiveDigits() {
    assertThat(RecordKey.word("a", 1, 123, 123456).id())
        .isEqualTo("IMAGE#a#RECEIPT#00001#LINE#00123#WORD#123456");
    assertThat(RecordKey.row("a", 1, 7).id()).isEqualTo("IMAGE#a#RECEIPT#00001#LINE#00007");
  }

  @Provide
  Arbitrary<RecordKey> records() {
    Arbitrary<Integer> number = Arbitraries.of(0, 1, 10, 11, 99999, 100000, 111111);
    Arbitrary<String> image = Arbitraries.of("a", "b", "ab");
    return Arbitraries.oneOf(
        Combinators.combine(image, number, number, number).as(RecordKey::word),
        Combinators.combine(image, number, number).as(RecordKey::row));
  }

  @Provide
  Arbitrary<EntityKey> entities() {
    Arbitrary<Integer> number = Arbitraries.integers().between(1, 3);
    Arbitrary<String> name = Arbitraries.of("TAX", "a/b", "1/label/TAX", "line");
    return Arbitraries.oneOf(
        Arbitraries.just(EntityKey.image()),
        number.map(EntityKey::receipt),
        Combinators.combine(number, number).as(EntityKey::line),
        Combinators.combine(number, number, number).as(EntityKey::word),
        Combinators.combine(number, number, number, name).as(EntityKey::label),
        number.map(EntityKey::place),
        Combinators.combine(number, name).as(EntityKey::section),
        Combinators.combine(number, number).as(EntityKey::row));
  }
}
