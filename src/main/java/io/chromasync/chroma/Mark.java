package io.chromasync.chroma;

/**
 * A timestamp that Chroma acknowledged after all writes before it: one task's, for one pair of
 * collections. A Chroma that holds a mark holds every write that was acknowledged before the mark
 * was sent. State of the writer: grows only at the end.
 *
 * @param words id of the words collection
 * @param lines id of the lines collection
 * @param task index of the task of the sink
 * @param at milliseconds since the epoch; greater than that of any earlier mark of the task
 * @param eventTime the task's watermark then, in milliseconds; {@link Long#MIN_VALUE} = none yet
 */
public record Mark(String words, String lines, int task, long at, long eventTime) {

  /** The same task's mark of another time. */
  Mark at(long millis, long newEventTime) {
    return new Mark(words, lines, task, millis, newEventTime);
  }

  /** The pair of collections, as its records in Chroma name it. */
  String collections() {
    return words + "/" + lines;
  }

  /** The id of its record: of each task and pair there is one. At most 100 bytes with UUIDs. */
  String id() {
    return "chromasync-mark/%s/%s".formatted(collections(), task);
  }
}
