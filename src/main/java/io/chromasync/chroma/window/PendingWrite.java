package io.chromasync.chroma.window;

import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Pending write of one record. It has the same effect as all mutations coalesced into it,
 * regardless of the record's content in Chroma. Coalescing rules:
 *
 * <ul>
 *   <li>A delete replaces everything.
 *   <li>An update after a delete has no record to change, so it is dropped. Any other update is
 *       merged into the last pending mutation; the newer value of each key wins.
 *   <li>An upsert is merged into a pending upsert. It does not replace a pending delete or update,
 *       which is written first. Chroma merges the metadata of an upsert into an existing record, so
 *       without the delete, keys of the old record would survive. If the update were merged into
 *       the upsert, a new record would get keys that only an old record had.
 * </ul>
 *
 * @param before delete or update that is written first, or null
 * @param upsert upsert that is written after it, or null; at least one component is set
 */
record PendingWrite(Mutation before, Mutation upsert) {

  static PendingWrite of(Mutation mutation) {
    return mutation.verb() == Verb.UPSERT
        ? new PendingWrite(null, mutation)
        : new PendingWrite(mutation, null);
  }

  /** Returns this write coalesced with a newer upsert, update or delete of the record. */
  PendingWrite then(Mutation newer) {
    return switch (newer.verb()) {
      case DELETE -> new PendingWrite(newer, null);
      case UPSERT -> new PendingWrite(before, upsert == null ? newer : merge(upsert, newer));
      case UPDATE -> thenUpdate(newer);
      case DELETE_BY_FILTER ->
          throw new IllegalArgumentException("not a mutation of one record: " + newer);
    };
  }

  /**
   * Returns the part that remains after a delete by filter that covers the record; null if nothing
   * remains. A delete by id remains, because a filter misses a record whose metadata no longer
   * identify its owner.
   */
  PendingWrite afterDeleteByFilter() {
    return before != null && before.verb() == Verb.DELETE ? new PendingWrite(before, null) : null;
  }

  /** Returns the mutation that is written first. */
  Mutation first() {
    return before == null ? upsert : before;
  }

  /** Returns the write that remains once {@link #first} is in flight; null if nothing remains. */
  PendingWrite rest() {
    return before == null || upsert == null ? null : new PendingWrite(null, upsert);
  }

  /** Returns one or two mutations, in the order in which they must be written. */
  List<Mutation> mutations() {
    return Stream.of(before, upsert).filter(mutation -> mutation != null).toList();
  }

  /** Returns the estimated size in bytes, as in {@link Mutation#estimatedBytes}. */
  long bytes() {
    return (before == null ? 0 : before.estimatedBytes())
        + (upsert == null ? 0 : upsert.estimatedBytes());
  }

  private PendingWrite thenUpdate(Mutation newer) {
    if (upsert != null) {
      return new PendingWrite(before, merge(upsert, newer));
    }
    return before.verb() == Verb.DELETE ? this : new PendingWrite(merge(before, newer), null);
  }

  /**
   * Merges two mutations. The newer values win, the older mutation's verb is kept. An upsert keeps
   * the version of its vector, which identifies its run.
   */
  private static Mutation merge(Mutation older, Mutation newer) {
    return new Mutation(
        older.verb(),
        older.record(),
        newer.verb() == older.verb() ? newer.version() : older.version(),
        newer.embedding() == null ? older.embedding() : newer.embedding(),
        newer.document() == null ? older.document() : newer.document(),
        merge(older.metadata(), newer.metadata()),
        null,
        newer.source() == null ? older.source() : newer.source());
  }

  private static Map<String, MetadataValue> merge(
      Map<String, MetadataValue> older, Map<String, MetadataValue> newer) {
    if (older == null || newer == null) {
      return older == null ? newer : older;
    }
    Map<String, MetadataValue> merged = new HashMap<>(older);
    merged.putAll(newer);
    return merged;
  }
}
