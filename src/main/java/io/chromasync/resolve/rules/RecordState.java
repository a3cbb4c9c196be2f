package io.chromasync.resolve.rules;

import io.chromasync.model.Version;
import java.util.List;

/**
 * State of one record: what was last written to Chroma. State format: grows only at the end.
 *
 * @param removed version of the newest removal that was applied or is superseded by a newer vector;
 *     null if there was none
 * @param content hash of the metadata sent since then from facts; null if none was sent or the
 *     record does not exist
 * @param vector version of the run that supplied the newest known vector; null if none is known, or
 *     a later removal discarded it
 * @param hidden true if that vector is not shown: the record or an ancestor is deleted now, or the
 *     vector is lost
 * @param foreign metadata keys outside the contract that came with the vector; null if there were
 *     none
 * @param lost true if the vector should be shown but is no longer retained, so that its run or a
 *     newer run must supply it
 * @param embedding hash of the vector and document that are shown; null if nothing is shown or the
 *     hash is unknown
 */
public record RecordState(
    Version removed,
    Long content,
    Version vector,
    boolean hidden,
    List<String> foreign,
    boolean lost,
    Long embedding) {

  /** State of a record without a vector: only metadata was written, or nothing. */
  static RecordState without(Version removed, Long content) {
    return new RecordState(removed, content, null, false, null, false, null);
  }

  /** State of a record that shows its newest vector. */
  public static RecordState shown(
      Version removed, Long content, Version vector, List<String> foreign, Long embedding) {
    return new RecordState(removed, content, vector, false, foreign, false, embedding);
  }

  static RecordState hidden(Version removed, Version vector) {
    return new RecordState(removed, null, vector, true, null, false, null);
  }

  static RecordState lost(Version removed, Long content, Version vector) {
    return new RecordState(removed, content, vector, true, null, true, null);
  }

  /** Copy with a newly arrived vector, which still has to replace the vector shown last. */
  RecordState waiting(Version vector) {
    return new RecordState(removed, content, vector, true, foreign, false, embedding);
  }

  /** Returns whether Chroma shows the newest known vector of the record. */
  public boolean isShown() {
    return vector != null && !hidden;
  }
}
