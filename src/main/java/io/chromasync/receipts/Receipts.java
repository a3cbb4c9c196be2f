package io.chromasync.receipts;

import io.chromasync.mapping.Domain;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.EntityTree;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Projection;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import java.util.List;
import java.util.Set;

/** The domain of receipts: images with receipts, whose words and printed rows are records. */
public record Receipts() implements Domain {

  private static final long serialVersionUID = 1;

  @Override
  public Set<String> attributes() {
    return MappedAttributes.NAMES;
  }

  @Override
  public EntityTree tree() {
    return new ReceiptTree();
  }

  @Override
  public Projection projection(boolean arrays) {
    return new ReceiptProjection(arrays);
  }

  @Override
  public VectorBatches batches() {
    return new ReceiptBatches();
  }

  @Override
  public String partition(String partitionKey) {
    return ItemKeys.image(partitionKey);
  }

  @Override
  public String partitionKey(String partition) {
    return ItemKeys.partitionOf(partition);
  }

  @Override
  public String sortKey(String item) {
    return SingleAttribute.sortKeyOf(item);
  }

  @Override
  public boolean isMapped(ItemChange change) {
    return !ItemMapper.isOfOthers(change);
  }

  @Override
  public MappedItem map(ItemChange change) {
    return ItemMapper.map(change);
  }

  @Override
  public Listing listing(boolean allRuns) {
    PendingRuns runs = new PendingRuns(allRuns);
    return new Listing() {
      @Override
      public MappedItem map(ItemChange item) {
        return ItemMapper.mapListed(item, runs);
      }

      @Override
      public List<RunDelta> runs() {
        return runs.deltas();
      }
    };
  }
}
