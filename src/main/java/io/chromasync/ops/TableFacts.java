package io.chromasync.ops;

import io.chromasync.mapping.Domain;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Facts of the items of one partition, as they are in the table.
 *
 * @param facts by entity
 * @param rejected entities whose items the mapping rejects; their last good value stays
 * @param vectors that the items themselves contain, by entity
 * @param runs deltas of the newest run of each scope
 */
public record TableFacts(
    Map<EntityKey, Fact> facts,
    Set<EntityKey> rejected,
    Map<EntityKey, Embedding> vectors,
    List<RunDelta> runs) {

  /**
   * Maps the items of a partition.
   *
   * @param items as DynamoDB JSON
   * @param table name of the table
   */
  public static TableFacts of(
      Domain domain, String partition, Iterable<String> items, String table) {
    Map<EntityKey, Fact> facts = new HashMap<>();
    Set<EntityKey> rejected = new HashSet<>();
    Map<EntityKey, Embedding> vectors = new HashMap<>();
    Domain.Listing listing = domain.listing(true);
    for (String item : items) {
      ItemChange listed =
          new ItemChange(
              ItemChange.Operation.LISTED,
              domain.partitionKey(partition),
              domain.sortKey(item),
              item,
              null,
              new Version(0, ""),
              "table " + table);
      MappedItem mapped = listing.map(listed);
      if (mapped instanceof MappedItem.Fact fact) {
        facts.put(fact.change().entity(), fact.change().fact());
        if (fact.change().embedding() != null) {
          vectors.put(fact.change().entity(), fact.change().embedding());
        }
      } else if (mapped instanceof MappedItem.Rejected reject && reject.entity() != null) {
        rejected.add(reject.entity());
      }
    }
    return new TableFacts(facts, rejected, vectors, listing.runs());
  }
}
