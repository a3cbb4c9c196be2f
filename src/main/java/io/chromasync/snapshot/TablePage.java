package io.chromasync.snapshot;

import java.util.List;

/**
 * A page of items of the table.
 *
 * @param next key after which the next page begins; null = there is none
 * @param units read units it took
 */
record TablePage(List<TableRow> rows, ItemKey next, double units) implements TableAnswer {

  /** An item as DynamoDB JSON, with its keys. */
  record TableRow(ItemKey key, String json) {}
}
