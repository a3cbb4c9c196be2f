package io.chromasync.resolve;

import io.chromasync.model.Version;
import java.util.List;

/**
 * What Chroma was last told of one record. State format: grows only at the end.
 *
 * @param removed the newest removal that was carried out or is made good by a newer vector, null if
 *     none was
 * @param content hash of the metadata that facts gave it since, null if none was sent or the record
 *     is not there
 * @param vector version of the run that supplied the newest vector we know of, null if none is
 *     known, or a removal has ended it since
 * @param hidden whether that vector is not shown: it waits, because the record or an ancestor is
 *     removed now, or it is lost
 * @param foreign keys beyond the contract that came with the vector, null if none did
 * @param lost whether the vector should be shown and is no longer kept, so that its run or a newer
 *     one must bring it
 * @param embedding hash of the vector and document that are shown, null if none are or it is
 *     unknown
 */
public record Written(
    Version removed,
    Long content,
    Version vector,
    boolean hidden,
    List<String> foreign,
    boolean lost,
    Long embedding) {

  /** Of a record that was only told by its metadata, or not at all. */
  static Written without(Version removed, Long content) {
    return new Written(removed, content, null, false, null, false, null);
  }

  static Written shown(
      Version removed, Long content, Version vector, List<String> foreign, Long embedding) {
    return new Written(removed, content, vector, false, foreign, false, embedding);
  }

  static Written hidden(Version removed, Version vector) {
    return new Written(removed, null, vector, true, null, false, null);
  }

  static Written lost(Version removed, Long content, Version vector) {
    return new Written(removed, content, vector, true, null, true, null);
  }

  /**
   * The same with another vector, that has come and is still to be shown in the last one's place.
   */
  Written waiting(Version vector) {
    return new Written(removed, content, vector, true, foreign, false, embedding);
  }

  boolean isShown() {
    return vector != null && !hidden;
  }
}
