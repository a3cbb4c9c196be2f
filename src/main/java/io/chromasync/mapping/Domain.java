package io.chromasync.mapping;

import io.chromasync.model.EntityTree;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Projection;
import io.chromasync.model.RunDelta;
import io.chromasync.model.TableLayout;
import io.chromasync.model.VectorBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Service-provider interface for one table: maps its items to facts and facts to Chroma records,
 * and defines kinds of entities, collections and vector batches.
 *
 * <p>Pure, serializable and thread-safe.
 */
public interface Domain extends TableLayout {

  /**
   * Returns the domain of this build: the one that {@link ServiceLoader} finds.
   *
   * @throws IllegalStateException if the class path has no domain, or several
   */
  static Domain installed() {
    List<Domain> found = new ArrayList<>();
    ServiceLoader.load(Domain.class, Domain.class.getClassLoader()).forEach(found::add);
    if (found.size() != 1) {
      throw new IllegalStateException(
          "The class path must have one domain, but has %s".formatted(found));
    }
    return found.get(0);
  }

  /** Shape of the partitions: kinds of entities, collections, ids of records. */
  EntityTree tree();

  /**
   * Projection of facts onto records.
   *
   * @param arrays true if the server supports arrays as metadata
   */
  Projection projection(boolean arrays);

  /** Rules for the batches of vectors that runs supply. */
  VectorBatches batches();

  /** Sort key of an item; null if it has none or cannot be parsed. */
  String sortKey(String item);

  /**
   * Returns true if the items of a change must be parsed; false if its keys and type show that it
   * is not mapped.
   */
  boolean isMapped(ItemChange change);

  /** Maps a change of the stream. Invalid changes are rejected; no exception is thrown. */
  MappedItem map(ItemChange change);

  /**
   * Creates the mapper of one snapshot of one partition.
   *
   * @param allRuns true to load the newest run of each scope again, even if it is completed
   */
  Listing listing(boolean allRuns);

  /** Mapper of the items of one snapshot of one partition; used by one thread. */
  interface Listing {

    /**
     * Maps an item that the snapshot lists, or reports as deleted. A listed item maps to a no-op
     * update.
     */
    MappedItem map(ItemChange item);

    /** Deltas to be loaded of the runs among the items mapped so far. */
    List<RunDelta> runs();
  }
}
