package io.chromasync.receipts;

import io.chromasync.mapping.MappedItem;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import java.util.List;

/**
 * What the mapping makes of an item change, for tests of other packages.
 *
 * @param fact the change of a fact, or null
 * @param deltas those of a run; else empty
 * @param isIgnored whether it is none of ours
 * @param isRejected whether it is a dead letter
 */
public record Mapped(
    FactChange fact, List<RunDelta> deltas, boolean isIgnored, boolean isRejected) {

  public static Mapped of(ItemChange change) {
    MappedItem meaning = ItemMapper.map(change);
    return new Mapped(
        meaning instanceof MappedItem.Fact fact ? fact.change() : null,
        meaning instanceof MappedItem.Run run ? run.deltas() : List.of(),
        meaning instanceof MappedItem.Ignored,
        meaning instanceof MappedItem.Rejected);
  }
}
