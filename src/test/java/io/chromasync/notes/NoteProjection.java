package io.chromasync.notes;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Projection of an owner's facts onto the records of notes: title and tags.
 *
 * @param arrays true if tags are an array; otherwise each tag is a bool
 */
record NoteProjection(boolean arrays) implements Projection {

  private static final long serialVersionUID = 1;

  @Override
  public View of(PartitionFacts facts) {
    return new NoteView(arrays, facts);
  }

  @Override
  public Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given) {
    Map<String, MetadataValue> metadata = new TreeMap<>(given);
    metadata.put("owner_id", MetadataValue.of(record.partition()));
    metadata.put("note_id", MetadataValue.of(record.entity().name()));
    return metadata;
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return List.of();
  }

  private record NoteView(boolean arrays, PartitionFacts facts) implements View {

    @Override
    public Set<RecordKey> affected(EntityKey changed, Fact before) {
      List<EntityKey> notes =
          changed.kind() == EntityKind.PARTITION
              ? facts.children(changed, NoteTree.NOTE)
              : List.of(changed.ancestor(NoteTree.NOTE));
      return notes.stream()
          .map(note -> NoteTree.record(facts.partition(), note.name()))
          .collect(Collectors.toSet());
    }

    @Override
    public Version omitted(RecordKey record) {
      return null;
    }

    @Override
    public Map<String, MetadataValue> overlay(RecordKey record) {
      Map<String, MetadataValue> overlay = new TreeMap<>();
      Fact note = facts.fact(record.entity());
      if (note != null && !note.texts().isEmpty()) {
        overlay.put("title", MetadataValue.of(note.text(0)));
      }
      List<EntityKey> tags = facts.children(record.entity(), NoteTree.TAG);
      if (!arrays) {
        tags.forEach(tag -> overlay.put("tag_" + tag.name(), flag(tag)));
      } else if (facts.isCompleteBelow(record.entity())) {
        List<String> names =
            tags.stream().filter(tag -> facts.fact(tag) != null).map(EntityKey::name).toList();
        overlay.put("tags", MetadataValue.of(names));
      }
      return overlay;
    }

    private MetadataValue flag(EntityKey tag) {
      return facts.fact(tag) == null ? MetadataValue.removed() : MetadataValue.of(true);
    }
  }
}
