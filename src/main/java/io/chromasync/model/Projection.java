package io.chromasync.model;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The domain's rule from the facts of an image to its Chroma records. Pure: the same facts give the
 * same records.
 */
public interface Projection extends Serializable {

  /**
   * The records as these facts make them.
   *
   * @param facts do not change as long as the view is used
   */
  View of(ImageFacts facts);

  /**
   * What the producer of a vector gave its record, as the contract has it; {@link View#overlay}
   * goes on top. Every key of the contract that the producer did not give is there with a removed
   * value.
   *
   * @return a map of the caller's own
   */
  Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given);

  /** The keys that a producer gave and that are not of the contract, sorted. */
  List<String> foreign(RecordKey record, Map<String, MetadataValue> given);

  /**
   * The records of one image. What records have in common is computed once. Used by one thread, for
   * one change.
   */
  interface View {

    /**
     * The records whose content the change of one entity can alter, if the facts hold the change
     * already.
     *
     * @param before the entity's fact before the change, null if there was none
     */
    Set<RecordKey> affected(EntityKey changed, Fact before);

    /**
     * The version from which on a newer delta leaves the record out, or null if none does. It ends
     * the record as a removal would.
     */
    Version omitted(RecordKey record);

    /**
     * The metadata that the facts give a record that is there. A key that is known to be empty is
     * there with a removed value; keys of which nothing is known are left out, so the record keeps
     * what it has.
     */
    Map<String, MetadataValue> overlay(RecordKey record);
  }
}
