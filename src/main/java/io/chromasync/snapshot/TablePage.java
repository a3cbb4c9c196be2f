package io.chromasync.snapshot;

import io.chromasync.model.ItemKey;
import java.util.List;

/**
 * Page of items of the table.
 *
 * @param next key after which the next page begins; null = last page
 * @param units consumed read units
 */
public record TablePage(List<TableRow> rows, ItemKey next, double units) implements TableResponse {

  /** Item as DynamoDB JSON, with its keys. */
  public record TableRow(ItemKey key, String json) {}
}
