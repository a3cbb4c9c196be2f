package io.chromasync.model;

/**
 * Message that concerns all partitions, and so every parallel subtask.
 *
 * @param tableReadAsOf for {@link Kind#TABLE_READ} the snapshot timestamp of the whole table, all
 *     of whose items have been merged; else null
 * @param rollback for {@link Kind#ROLLBACK} the detected rollback of Chroma, after which everything
 *     is rewritten; else null
 */
public record Announcement(Kind kind, Version tableReadAsOf, Rollback rollback) {

  /** Kind of message. */
  public enum Kind {
    TABLE_READ,
    ROLLBACK
  }

  public static Announcement of(Version tableReadAsOf) {
    return new Announcement(Kind.TABLE_READ, tableReadAsOf, null);
  }

  public static Announcement of(Rollback rollback) {
    return new Announcement(Kind.ROLLBACK, null, rollback);
  }
}
