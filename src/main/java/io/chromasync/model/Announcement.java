package io.chromasync.model;

/**
 * A message that concerns all images at once, and so every task that holds some of them; exactly
 * one component is set.
 *
 * @param tableReadAsOf the whole table was read as of then, and everything listed has been merged
 * @param rollback Chroma went back, so everything is to be written again
 */
public record Announcement(Version tableReadAsOf, Rollback rollback) {

  public static Announcement of(Version tableReadAsOf) {
    return new Announcement(tableReadAsOf, null);
  }

  public static Announcement of(Rollback rollback) {
    return new Announcement(null, rollback);
  }
}
