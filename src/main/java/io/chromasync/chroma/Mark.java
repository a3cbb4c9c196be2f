package io.chromasync.chroma;

/**
 * Timestamp that Chroma acknowledged after all earlier writes of a task to a pair of collections. A
 * Chroma that has a mark also has every write that was acknowledged before the mark was sent. State
 * of the writer: grows only at the end.
 *
 * @param words id of the words collection
 * @param lines id of the lines collection
 * @param task index of the sink task
 * @param at milliseconds since the epoch; greater than in any earlier mark of the task
 * @param eventTime watermark of the task at that time, in milliseconds; {@link Long#MIN_VALUE} =
 *     none yet
 */
public record Mark(String words, String lines, int task, long at, long eventTime) {

  /** Returns a mark of the same task with another timestamp. */
  Mark at(long millis, long newEventTime) {
    return new Mark(words, lines, task, millis, newEventTime);
  }

  /** Returns the pair of collections, as the mark's record in Chroma names it. */
  String collections() {
    return words + "/" + lines;
  }

  /**
   * Returns the id of the mark's record, unique per task and pair of collections. At most 100 bytes
   * with UUIDs.
   */
  String id() {
    return "chromasync-mark/%s/%s".formatted(collections(), task);
  }
}
