package io.chromasync.model;

import java.util.Locale;

/** Selection of metadata keys that an update sends. */
public enum UpdateKeys {
  /** Keys whose values differ from the values sent before. */
  CHANGED,
  /** All keys that the job owns: this also overwrites changes that other clients made in Chroma. */
  ALL;

  /** Returns the spelling in the properties. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
