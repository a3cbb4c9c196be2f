package io.chromasync.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Key of an entity within an image: a path below the image, as in {@code
 * receipt/1/line/7/word/2/label/TAX}.
 *
 * <p>Parts that an entity does not have are zero, or null for the name. The key of a row contains
 * its primary line. The ancestors of an entity are the prefixes of its path.
 *
 * @param name a label's upper-case name, a section's type, a run's id or a delta's collection in
 *     lower case, else null
 */
public record EntityKey(EntityType type, int receipt, int line, int word, String name)
    implements Comparable<EntityKey> {

  public static EntityKey image() {
    return new EntityKey(EntityType.IMAGE, 0, 0, 0, null);
  }

  public static EntityKey receipt(int receipt) {
    return new EntityKey(EntityType.RECEIPT, receipt, 0, 0, null);
  }

  public static EntityKey line(int receipt, int line) {
    return new EntityKey(EntityType.LINE, receipt, line, 0, null);
  }

  public static EntityKey word(int receipt, int line, int word) {
    return new EntityKey(EntityType.WORD, receipt, line, word, null);
  }

  public static EntityKey label(int receipt, int line, int word, String name) {
    return new EntityKey(EntityType.LABEL, receipt, line, word, name);
  }

  public static EntityKey place(int receipt) {
    return new EntityKey(EntityType.PLACE, receipt, 0, 0, null);
  }

  public static EntityKey section(int receipt, String type) {
    return new EntityKey(EntityType.SECTION, receipt, 0, 0, type);
  }

  public static EntityKey row(int receipt, int primaryLine) {
    return new EntityKey(EntityType.ROW, receipt, primaryLine, 0, null);
  }

  public static EntityKey run(int receipt, String id) {
    return new EntityKey(EntityType.RUN, receipt, 0, 0, id);
  }

  /** Key of the newest delta of a receipt for one collection. */
  public static EntityKey delta(int receipt, Collection collection) {
    return new EntityKey(
        EntityType.DELTA, receipt, 0, 0, collection.name().toLowerCase(Locale.ROOT));
  }

  /** Key of the newest snapshot of the whole image. */
  public static EntityKey snapshot() {
    return new EntityKey(EntityType.SNAPSHOT, 0, 0, 0, null);
  }

  // Hand-written because this is the key of most maps: the generated method took a sixth of a
  // task's time.
  @Override
  public boolean equals(Object other) {
    return other instanceof EntityKey key
        && type == key.type
        && receipt == key.receipt
        && line == key.line
        && word == key.word
        && Objects.equals(name, key.name);
  }

  @Override
  public int hashCode() {
    int path = ((type.name().hashCode() * 31 + receipt) * 31 + line) * 31 + word;
    return name == null ? path : path * 31 + name.hashCode();
  }

  /** Parent entity, or null for the image itself. */
  public EntityKey parent() {
    return switch (type) {
      case IMAGE -> null;
      case RECEIPT, SNAPSHOT -> image();
      case LINE, PLACE, SECTION, ROW, RUN, DELTA -> receipt(receipt);
      case WORD -> line(receipt, line);
      case LABEL -> word(receipt, line, word);
    };
  }

  /** All entities above this entity, nearest first; empty for the image. */
  public List<EntityKey> ancestors() {
    List<EntityKey> ancestors = new ArrayList<>(4);
    for (EntityKey above = parent(); above != null; above = above.parent()) {
      ancestors.add(above);
    }
    return ancestors;
  }

  /** Returns true if the given entity is an ancestor of this entity. */
  public boolean isBelow(EntityKey other) {
    return switch (other.type) {
      case IMAGE -> type != EntityType.IMAGE;
      case RECEIPT -> receipt == other.receipt && type != EntityType.RECEIPT;
      case LINE -> isOnLine() && receipt == other.receipt && line == other.line;
      case WORD ->
          type == EntityType.LABEL
              && receipt == other.receipt
              && line == other.line
              && word == other.word;
      default -> false;
    };
  }

  private boolean isOnLine() {
    return type == EntityType.WORD || type == EntityType.LABEL;
  }

  /** Readable form; different keys have different paths. */
  public String path() {
    return switch (type) {
      case IMAGE -> "image";
      case RECEIPT -> "receipt/" + receipt;
      case LINE -> parent().path() + "/line/" + line;
      case WORD -> parent().path() + "/word/" + word;
      case LABEL -> parent().path() + "/label/" + name;
      case PLACE -> parent().path() + "/place";
      case SECTION -> parent().path() + "/section/" + name;
      case ROW -> parent().path() + "/row/" + line;
      case RUN -> parent().path() + "/run/" + name;
      case DELTA -> parent().path() + "/delta/" + name;
      case SNAPSHOT -> "snapshot";
    };
  }

  /** Compares by number, then type and name: a stable iteration order of entities. */
  @Override
  public int compareTo(EntityKey other) {
    int order = Integer.compare(receipt, other.receipt);
    order = order == 0 ? Integer.compare(line, other.line) : order;
    order = order == 0 ? Integer.compare(word, other.word) : order;
    order = order == 0 ? type.compareTo(other.type) : order;
    return order == 0 ? named().compareTo(other.named()) : order;
  }

  private String named() {
    return name == null ? "" : name;
  }

  @Override
  public String toString() {
    return path();
  }
}
