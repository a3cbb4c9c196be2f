package io.chromasync.notes;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.DomainCollection.Level;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityKind.Trait;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Fact;
import io.chromasync.model.RecordKey;
import java.util.List;

/**
 * Shape of an owner: notes with tags. The id of a note's record is {@code OWNER#<id>#NOTE#<name>}.
 */
record NoteTree() implements EntityTree {

  static final CollectionName NOTES = new CollectionName("notes");

  /** Named as in its sort key. Its fact is its title. */
  static final EntityKind NOTE =
      EntityKind.of(
          EntityKind.PARTITION, "note", Trait.ITEM, Trait.LISTED, Trait.CHUNK, Trait.BARE);

  /** Named by the tag. */
  static final EntityKind TAG = EntityKind.of(NOTE, "tag", Trait.ITEM, Trait.LISTED);

  private static final long serialVersionUID = 1;

  private static final List<DomainCollection> COLLECTIONS =
      List.of(
          new DomainCollection(
              NOTES,
              NOTE,
              false,
              List.of(new Level(EntityKind.PARTITION, "owner_id"), new Level(NOTE, "note_id"))));

  static EntityKey note(String name) {
    return EntityKey.PARTITION.child(NOTE, name);
  }

  static EntityKey tag(String note, String tag) {
    return note(note).child(TAG, tag);
  }

  /** Key of the record of a note. */
  static RecordKey record(String owner, String note) {
    return new NoteTree().record(NOTES, owner, note(note));
  }

  @Override
  public List<DomainCollection> collections() {
    return COLLECTIONS;
  }

  @Override
  public List<EntityKind> kinds() {
    return List.of(EntityKind.PARTITION, NOTE, TAG);
  }

  @Override
  public RecordKey record(CollectionName collection, String owner, EntityKey entity) {
    String id = "OWNER#" + owner + (entity.parent() == null ? "" : "#NOTE#" + entity.name());
    return new RecordKey(collection, owner, entity, id);
  }

  @Override
  public List<RecordKey> records(String owner, EntityKey batch, Fact fact) {
    throw new IllegalArgumentException("no run supplies vectors of notes");
  }
}
