package io.chromasync.receipts;

import io.chromasync.mapping.MappedItem;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunDelta;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps an item change to a fact or a run, or ignores or rejects it.
 *
 * <p>The attribute {@code TYPE} decides whether an item is mapped, and its keys must agree. Without
 * a {@code TYPE} (a stream of keys only), the keys decide alone. A change that cannot be parsed is
 * rejected, whatever the error; no exception is thrown. An old item only helps to detect a no-op
 * update.
 *
 * <p>Pure and thread-safe.
 */
final class ItemMapper {

  private ItemMapper() {}

  static MappedItem map(ItemChange change) {
    if (change.operation() == null) {
      return new MappedItem.Rejected(
          Reason.UNPARSABLE,
          named(change),
          null,
          "the record has no eventName of INSERT, MODIFY or REMOVE");
    }
    if (change.partitionKey() == null || change.sortKey() == null) {
      String missing = change.partitionKey() == null ? ItemKey.PARTITION : ItemKey.SORT;
      return new MappedItem.Rejected(
          Reason.UNPARSABLE,
          named(change),
          null,
          "the record has no key '%s' of type S".formatted(missing));
    }
    EntityKey named = ItemKeys.entity(change.sortKey());
    EntityKey understood = null;
    try {
      String type = typeOf(change, named);
      ItemKind kind = kindOf(change, type, named);
      if (kind == null) {
        return new MappedItem.Ignored(ItemKind.ignoredAs(type));
      }
      understood = named;
      if (kind == ItemKind.RUN) {
        return run(change);
      }
      return new MappedItem.Fact(factChange(change, kind, named));
    } catch (BadItemException e) {
      String path = understood == null ? null : understood.path();
      return new MappedItem.Rejected(e.reason(), named, path, e.getMessage());
    }
  }

  /** Entity that the sort key names; null if it names none. */
  private static EntityKey named(ItemChange change) {
    return change.sortKey() == null ? null : ItemKeys.entity(change.sortKey());
  }

  /**
   * Maps an item of a snapshot.
   *
   * @param change a LISTED item, or a REMOVE
   * @param runs receives the change if it is a run's item, which is not a fact
   */
  static MappedItem mapListed(ItemChange change, PendingRuns runs) {
    MappedItem mapped = map(change);
    boolean isRun =
        mapped instanceof MappedItem.Ignored ignored
            && ignored.type().equals(ItemKind.RUN.type())
            && change.newItem() != null;
    if (isRun) {
      try {
        runs.add(change);
      } catch (BadItemException e) {
        return new MappedItem.Rejected(e.reason(), named(change), null, e.getMessage());
      }
    }
    return mapped;
  }

  /** Returns true if keys and type alone show that the item is not mapped. */
  static boolean isOfOthers(ItemChange change) {
    return change.operation() != null
        && change.partitionKey() != null
        && change.sortKey() != null
        && change.type() != null
        && ItemKind.ofType(change.type()) == null
        && !(ItemKeys.inImage(change.partitionKey()) && ItemKeys.entity(change.sortKey()) != null);
  }

  /**
   * Type of the item, or null if absent. Items of other kinds may have any value in an attribute of
   * that name.
   */
  private static String typeOf(ItemChange change, EntityKey named) throws BadItemException {
    if (change.type() != null) {
      return change.type();
    }
    String item = change.newItem() == null ? change.oldItem() : change.newItem();
    try {
      return item == null ? null : SingleAttribute.typeOf(item);
    } catch (BadItemException e) {
      if (areOurs(change, named)) {
        throw e;
      }
      return null;
    }
  }

  private static boolean areOurs(ItemChange change, EntityKey named) {
    return ItemKeys.inImage(change.partitionKey()) && named != null;
  }

  /** Kind on which type and keys agree, or null if the item is not mapped. */
  private static ItemKind kindOf(ItemChange change, String type, EntityKey named)
      throws BadItemException {
    boolean keysAreOurs = areOurs(change, named);
    ItemKind kind =
        type != null ? ItemKind.ofType(type) : keysAreOurs ? ItemKind.of(named.kind()) : null;
    if (kind == null && !keysAreOurs) {
      return null;
    }
    boolean agree = kind != null && keysAreOurs && named.kind() == kind.entity();
    if (!agree || ItemKeys.image(change.partitionKey()) == null) {
      throw BadItemException.inconsistent(
          "TYPE %s and the keys PK '%s', SK '%s' name different things"
              .formatted(type, change.partitionKey(), change.sortKey()));
    }
    return kind;
  }

  /** Maps a run. Only its INSERT announces new vectors; later changes of its item are ignored. */
  private static MappedItem run(ItemChange change) throws BadItemException {
    if (change.operation() != Operation.INSERT) {
      return new MappedItem.Ignored(ItemKind.RUN.type());
    }
    Item item = Item.parse(requireNewItem(change));
    List<RunDelta> deltas = new ArrayList<>();
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      deltas.add(RunItems.delta(change, item, collection, change.version()));
    }
    return new MappedItem.Run(deltas);
  }

  private static FactChange factChange(ItemChange change, ItemKind kind, EntityKey entity)
      throws BadItemException {
    String image = ItemKeys.image(change.partitionKey());
    if (change.operation() == Operation.REMOVE) {
      return new FactChange(image, entity, null, change.version(), false, false, change);
    }
    Item item = Item.parse(requireNewItem(change));
    Fact fact = FactReader.read(item, kind, image, entity);
    boolean inserted = change.operation() == Operation.INSERT;
    boolean noOp = !inserted && restates(item, kind, change);
    return new FactChange(image, entity, fact, change.version(), inserted, noOp, change);
  }

  private static String requireNewItem(ItemChange change) throws BadItemException {
    if (change.newItem() == null) {
      throw BadItemException.unparsable(
          "%s has no new item; the stream's view type must be NEW_AND_OLD_IMAGES"
              .formatted(change.operation()));
    }
    return change.newItem();
  }

  private static boolean restates(Item item, ItemKind kind, ItemChange change)
      throws BadItemException {
    String oldItem = change.oldItem();
    if (change.operation() == Operation.LISTED || change.newItem().equals(oldItem)) {
      return true;
    }
    var watched = FactReader.watched(item, kind);
    if (watched.isEmpty()) {
      return true;
    }
    try {
      return oldItem != null && watched.equals(FactReader.watched(Item.parse(oldItem), kind));
    } catch (BadItemException unreadable) {
      return false;
    }
  }
}
