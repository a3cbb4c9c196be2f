package io.chromasync.notes;

import static io.chromasync.testing.ItemChanges.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.TargetCollections;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.NoVectors;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.testing.ResolveHarness;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.VoidNamespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The items of notes, and what resolve does with vectors that are in items. */
@SuppressWarnings("try")
class NotesTest {

  private static final String EGGS =
      """
      {"PK":{"S":"OWNER#ada"},"SK":{"S":"NOTE#eggs"},"title":{"S":"Food"},"text":{"S":"buy eggs"},
       "vector":{"L":[{"N":"1"},{"N":"0.5"},{"N":"-2"}]}}
      """;

  @Test
  void anOwnerIsThePartition() {
    FactChange owner = fact(change(Operation.INSERT, "OWNER", "{\"SK\":{\"S\":\"OWNER\"}}"));

    assertThat(owner.partition()).isEqualTo("ada");
    assertThat(owner.entity()).isEqualTo(EntityKey.PARTITION);
    assertThat(owner.inserted()).isTrue();
    assertThat(owner.embedding()).isNull();
  }

  @Test
  void aNoteHasItsTitleAsFactAndItsVectorAndDocument() {
    FactChange note = fact(change(Operation.MODIFY, "NOTE#eggs", EGGS));

    assertThat(note.entity()).isEqualTo(NoteTree.note("eggs"));
    assertThat(note.fact()).isEqualTo(Fact.of("Food"));
    assertThat(note.embedding().record()).isEqualTo(NoteTree.record("ada", "eggs"));
    assertThat(note.embedding().record().id()).isEqualTo("OWNER#ada#NOTE#eggs");
    assertThat(note.embedding().vector()).containsExactly(1, 0.5f, -2);
    assertThat(note.embedding().document()).isEqualTo("buy eggs");
  }

  @Test
  void aVectorMayBeBytes() {
    String item = EGGS.replaceFirst("\\{\"L\":.*]}", "{\"B\":\"AACAPwAAAD8AAADA\"}");

    FactChange note = fact(change(Operation.INSERT, "NOTE#eggs", item));

    assertThat(note.embedding().vector()).containsExactly(1, 0.5f, -2);
  }

  @Test
  void aTagIsBelowItsNote() {
    FactChange tag = fact(change(Operation.INSERT, "NOTE#eggs#TAG#food", "{}"));

    assertThat(tag.entity()).isEqualTo(NoteTree.tag("eggs", "food"));
    assertThat(tag.fact()).isEqualTo(Fact.exists());
  }

  @Test
  void aRemovalHasNoFactAndNoVector() {
    FactChange removal = fact(change(Operation.REMOVE, "NOTE#eggs", null));

    assertThat(removal.isRemoval()).isTrue();
    assertThat(removal.embedding()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "\"vector\"", "{\"N\":\"1\"},"})
  void aNoteWithoutTextOrWithAnotherVectorIsRejected(String missing) {
    ItemChange change =
        change(Operation.INSERT, "NOTE#eggs", EGGS.replace(missing, without(missing)));

    assertThat(new Notes().map(change))
        .isInstanceOfSatisfying(
            MappedItem.Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(Reason.UNPARSABLE);
              assertThat(rejected.entity()).isEqualTo(NoteTree.note("eggs"));
            });
  }

  @Test
  void anItemOfAnotherKindIsIgnored() {
    assertThat(new Notes().map(change(Operation.INSERT, "SETTINGS", "{}")))
        .isInstanceOf(MappedItem.Ignored.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eggs", "50%/a b", "%2F", "%252F", "/"})
  void aChunkIsFoundByItsPathWhateverTheNameOfItsNote(String name) {
    EntityKey note = NoteTree.note(name);

    assertThat(new NoteTree().chunkAt(note.path())).isEqualTo(note);
  }

  @Test
  void stateForCollectionsThatAreFilledAlreadyNeedsNoVector() {
    HeapChunks chunks = new HeapChunks();
    WorkingSet memory = new WorkingSet(new NoteTree(), "ada", chunks, new NoVectors(), null);

    new Resolver(new NoteProjection(true), Writes.UNSENT).merge(listed(100), memory, 0);
    memory.save();

    assertThat(chunks.byPath()).containsOnlyKeys("partition", "note/eggs");
  }

  @Test
  void aVectorOfASnapshotExpires() throws Exception {
    ResolveSettings settings =
        ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve"));
    try (ResolveHarness resolve =
        new ResolveHarness(
            new NoteTree(),
            new NoteProjection(true),
            settings,
            false,
            TargetCollections.unknown())) {
      resolve.open();
      resolve.process(listed(100));
      assertThat(resolve.mutations()).hasSize(1);
      assertThat(vectors(resolve)).containsExactly("ada");

      resolve.watermark(100 + (int) (2 * settings.vectorRetention().toSeconds()));

      assertThat(vectors(resolve)).isEmpty();
    }
  }

  /** Partitions of which state keeps vectors. */
  private static List<Object> vectors(ResolveHarness resolve) {
    try (Stream<?> keys =
        resolve.getOperator().getKeyedStateBackend().getKeys("vectors", VoidNamespace.INSTANCE)) {
      return List.copyOf(keys.toList());
    }
  }

  private static SnapshotFacts listed(long second) {
    ItemChange eggs =
        new ItemChange(Operation.MODIFY, "OWNER#ada", "NOTE#eggs", EGGS, EGGS, at(second), "test");
    return new SnapshotFacts("ada", at(second), List.of(fact(eggs)), List.of(), true, false);
  }

  private static String without(String missing) {
    return missing.endsWith(",") ? "" : "\"other\"";
  }

  private static FactChange fact(ItemChange change) {
    return ((MappedItem.Fact) new Notes().map(change)).change();
  }

  private static ItemChange change(Operation operation, String sortKey, String item) {
    return new ItemChange(operation, "OWNER#ada", sortKey, item, null, at(7), "test");
  }
}
