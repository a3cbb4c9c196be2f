package io.chromasync.testing;

import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;

/** Item changes as a stream of new and old items tells them. */
public final class ItemChanges {

  private ItemChanges() {}

  /** A version at this second of the epoch, as DynamoDB Streams gives them. */
  public static Version at(long second) {
    return new Version(second * 1_000_000, Long.toString(second));
  }

  public static ItemChange insert(TableItem item, Version version) {
    return change(Operation.INSERT, null, item, version);
  }

  public static ItemChange modify(TableItem before, TableItem after, Version version) {
    return change(Operation.MODIFY, before, after, version);
  }

  public static ItemChange remove(TableItem item, Version version) {
    return change(Operation.REMOVE, item, null, version);
  }

  private static ItemChange change(
      Operation operation, TableItem before, TableItem after, Version version) {
    TableItem either = after == null ? before : after;
    return new ItemChange(
        operation,
        either.partitionKey(),
        either.sortKey(),
        after == null ? null : after.json(),
        before == null ? null : before.json(),
        version,
        "test");
  }
}
