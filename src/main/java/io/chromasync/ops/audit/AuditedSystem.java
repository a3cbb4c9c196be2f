package io.chromasync.ops.audit;

import io.chromasync.chroma.client.RecordSource;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.ops.TableFacts;
import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * Sides of an audit, open for reading; the owner closes them.
 *
 * @param nameOf from a collection of the domain to its name in Chroma
 * @param records of the collections
 * @param states of the job, or of the table if there is no job
 * @param readsVectors true to compare vectors and documents too
 */
record AuditedSystem(
    Domain domain,
    UnaryOperator<String> nameOf,
    Items items,
    RecordSource records,
    States states,
    Landing landing,
    boolean readsVectors) {

  /** Table, read partition by partition. */
  @FunctionalInterface
  interface Items {

    /** Reads the items of a partition, consistently. */
    TableFacts of(String partition) throws IOException;
  }

  /** Returns the name of a collection in Chroma. */
  String nameOf(CollectionName collection) {
    return nameOf.apply(collection.name());
  }
}
