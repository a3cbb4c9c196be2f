package io.chromasync.model;

import java.util.Locale;

/** Which keys of a record an update sends. */
public enum UpdateKeys {
  /** Those whose values differ from what was sent before. */
  CHANGED,
  /** All that the job owns: also what others wrote in Chroma is made good. */
  ALL;

  /** As the property spells it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
