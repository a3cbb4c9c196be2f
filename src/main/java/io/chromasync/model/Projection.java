package io.chromasync.model;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mapping from the facts of a partition to its Chroma records. Pure: the same facts give the same
 * records.
 */
public interface Projection extends Serializable {

  /**
   * Creates a view of the records that these facts define.
   *
   * @param facts must not change while the view is used
   */
  View of(PartitionFacts facts);

  /**
   * Metadata that the producer of a vector supplied for its record, in the form of the contract;
   * {@link View#overlay} overrides it. A contract key that the producer did not supply has a
   * removed value.
   *
   * @return a map that the caller may change
   */
  Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given);

  /** Keys that a producer supplied outside the contract, sorted. */
  List<String> foreign(RecordKey record, Map<String, MetadataValue> given);

  /**
   * Records of one partition. Values that records share are computed once. Used by one thread, for
   * one change.
   */
  interface View {

    /**
     * Records whose content the change of one entity can alter, if the facts contain the change
     * already.
     *
     * @param before the entity's fact before the change, null if there was none
     */
    Set<RecordKey> affected(EntityKey changed, Fact before);

    /**
     * Version of the newer delta that omits the record, or null if there is none. An omission
     * deletes the record like a removal.
     */
    Version omitted(RecordKey record);

    /**
     * Metadata that the facts give to an existing record. A key that is known to be empty has a
     * removed value. Keys without known facts are absent, so the record keeps their values.
     */
    Map<String, MetadataValue> overlay(RecordKey record);
  }
}
