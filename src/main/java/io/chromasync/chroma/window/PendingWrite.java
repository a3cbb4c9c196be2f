package io.chromasync.chroma.window;

import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Pending write of one record, and the rule of what replaces what: writing it has the same effect
 * as writing every mutation it was made of, whatever Chroma holds.
 *
 * <ul>
 *   <li>A delete replaces everything.
 *   <li>An update after a delete finds nothing, so it is dropped. Any other update is merged into
 *       what waits last; of each key the newer value wins.
 *   <li>An upsert is merged into a waiting upsert. It does not replace a delete or an update, which
 *       are written before it: Chroma merges the metadata of an upsert into the record it finds, so
 *       without the delete, keys of the old record would survive; and an update merged into an
 *       upsert would give a new record keys that only an old one had.
 * </ul>
 *
 * @param before the delete or update that is written first, or null
 * @param upsert the upsert, or null; not both are null
 */
record PendingWrite(Mutation before, Mutation upsert) {

  static PendingWrite of(Mutation mutation) {
    return mutation.verb() == Verb.UPSERT
        ? new PendingWrite(null, mutation)
        : new PendingWrite(mutation, null);
  }

  /** This write with one more mutation of the record: an upsert, an update or a delete. */
  PendingWrite then(Mutation newer) {
    return switch (newer.verb()) {
      case DELETE -> new PendingWrite(newer, null);
      case UPSERT -> new PendingWrite(before, upsert == null ? newer : merge(upsert, newer));
      case UPDATE -> thenUpdate(newer);
      case SWEEP, REPORT ->
          throw new IllegalArgumentException("not a mutation of one record: " + newer);
    };
  }

  /**
   * The part that a sweep of the record leaves: a delete, which also reaches a record whose
   * metadata no longer say where it belongs. Null = nothing.
   */
  PendingWrite swept() {
    return before != null && before.verb() == Verb.DELETE ? new PendingWrite(before, null) : null;
  }

  /** The mutation that is written first. */
  Mutation first() {
    return before == null ? upsert : before;
  }

  /** The write that is left once {@link #first} is under way; null if none is. */
  PendingWrite rest() {
    return before == null || upsert == null ? null : new PendingWrite(null, upsert);
  }

  /** One mutation or two, in the order in which they must be written. */
  List<Mutation> mutations() {
    return Stream.of(before, upsert).filter(mutation -> mutation != null).toList();
  }

  /** As {@link Mutation#weight} estimates them. */
  long bytes() {
    return (before == null ? 0 : before.weight()) + (upsert == null ? 0 : upsert.weight());
  }

  private PendingWrite thenUpdate(Mutation newer) {
    if (upsert != null) {
      return new PendingWrite(before, merge(upsert, newer));
    }
    return before.verb() == Verb.DELETE ? this : new PendingWrite(merge(before, newer), null);
  }

  /**
   * The older mutation with all that the newer one says; the verb is the stronger of the two. An
   * upsert keeps the version of its vector, by which its run is known.
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
