package io.chromasync.chroma;

import java.util.Locale;

/** Reaction of the job to a rollback of Chroma. */
public enum OnRollback {
  /** The job fails and reports the time range of the lost writes. */
  FAIL,
  /** The job rewrites everything that its state contains. */
  REPAIR,
  /** The job logs and counts the rollback, and continues. */
  IGNORE;

  /** Returns the spelling used in the property. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
