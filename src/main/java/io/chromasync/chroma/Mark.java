package io.chromasync.chroma;

/**
 * Timestamp that Chroma acknowledged after all earlier writes of a task to the collections of a
 * job. A Chroma that has a mark also has every write that was acknowledged before the mark was
 * sent. State of the writer: grows only at the end.
 *
 * @param collections ids of the collections, in order of their names, separated by slashes
 * @param task index of the sink task
 * @param at milliseconds since the epoch; greater than in any earlier mark of the task
 * @param eventTime watermark of the task at that time, in milliseconds; {@link Long#MIN_VALUE} =
 *     none yet
 */
public record Mark(String collections, int task, long at, long eventTime) {

  /** Returns a mark of the same task with another timestamp. */
  Mark at(long millis, long newEventTime) {
    return new Mark(collections, task, millis, newEventTime);
  }

  /**
   * Returns the id of the mark's record, unique per task and collections. At most 100 bytes with
   * UUIDs.
   */
  String id() {
    return "chromasync-mark/%s/%s".formatted(collections, task);
  }
}
