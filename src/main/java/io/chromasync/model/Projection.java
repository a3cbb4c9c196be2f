package io.chromasync.model;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * The domain's rule from the facts of an image to its Chroma records. Pure: the same facts give the
 * same records.
 */
public interface Projection extends Serializable {

  /**
   * The records whose content the change of one entity can alter. {@code facts} holds the change
   * already.
   *
   * @param before the entity's fact before the change, null if there was none
   */
  Set<RecordKey> affected(EntityKey changed, Fact before, ImageFacts facts);

  /**
   * The metadata that the facts give a record that is there. A key that is known to be empty is
   * there with a removed value; keys of which nothing is known are left out, so the record keeps
   * what it has.
   */
  Map<String, MetadataValue> overlay(RecordKey record, ImageFacts facts);
}
