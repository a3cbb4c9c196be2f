package io.chromasync.model;

/**
 * Message that concerns all images, and so every parallel subtask; exactly one component is set.
 *
 * @param tableReadAsOf snapshot timestamp of the whole table, all of whose items have been merged
 * @param rollback detected rollback of Chroma, after which everything is rewritten
 */
public record Announcement(Version tableReadAsOf, Rollback rollback) {

  public static Announcement of(Version tableReadAsOf) {
    return new Announcement(tableReadAsOf, null);
  }

  public static Announcement of(Rollback rollback) {
    return new Announcement(null, rollback);
  }
}
