package io.chromasync.notes;

import static io.chromasync.testing.ItemChanges.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.RecordKey;
import io.chromasync.testing.MapFacts;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A known record whose metadata a change alters is among the records that the change affects. */
class NoteLaws {

  private static final List<String> NAMES = List.of("eggs", "milk", "50%/a");

  @Property(tries = 300)
  void noRecordThatAChangeAltersIsMissing(
      @ForAll("histories") List<FactChange> history, @ForAll boolean arrays) {
    NoteProjection projection = new NoteProjection(arrays);
    MapFacts facts = new MapFacts("ada");
    for (FactChange change : history) {
      MapFacts before = facts.copy();
      facts.apply(change);
      List<RecordKey> altered = new ArrayList<>();
      for (EntityKey note : facts.children(EntityKey.PARTITION, NoteTree.NOTE)) {
        RecordKey record = NoteTree.record("ada", note.name());
        if (!projection.of(before).overlay(record).equals(projection.of(facts).overlay(record))) {
          altered.add(record);
        }
      }

      assertThat(projection.of(facts).affected(change.entity(), before.fact(change.entity())))
          .containsAll(altered);
    }
  }

  @Provide
  Arbitrary<List<FactChange>> histories() {
    Arbitrary<String> name = Arbitraries.of(NAMES);
    Arbitrary<EntityKey> entity =
        Arbitraries.oneOf(
            Arbitraries.just(EntityKey.PARTITION),
            name.map(NoteTree::note),
            Combinators.combine(name, Arbitraries.of("food", "shop")).as(NoteTree::tag));
    Arbitrary<Fact> fact = Arbitraries.of(Fact.of("one"), Fact.of("two")).injectNull(0.3);
    return Combinators.combine(
            entity, fact, Arbitraries.longs().between(1, 30), Arbitraries.of(true, false))
        .as(
            (key, value, second, inserted) ->
                new FactChange(
                    "ada", key, value, at(second), value != null && inserted, false, null))
        .list()
        .ofMaxSize(20);
  }
}
