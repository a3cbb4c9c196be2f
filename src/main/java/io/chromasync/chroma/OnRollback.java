package io.chromasync.chroma;

import java.util.Locale;

/** What the job does when Chroma went back. */
public enum OnRollback {
  /** It fails, and says from when to when. */
  FAIL,
  /** It writes everything that it remembers again. */
  REPAIR,
  /** It logs and counts it, and goes on. */
  IGNORE;

  /** As the property spells it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
