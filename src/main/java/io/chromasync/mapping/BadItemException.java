package io.chromasync.mapping;

import io.chromasync.model.DeadLetter.Reason;

/** An item cannot be used; the message is one sentence: subject, what is wrong, the value. */
final class BadItemException extends Exception {

  private final Reason reason;

  private BadItemException(Reason reason, String detail) {
    // Bad items may be many, and where they were found is always the mapper: no stack trace.
    super(detail, null, false, false);
    this.reason = reason;
  }

  static BadItemException unparsable(String detail) {
    return new BadItemException(Reason.UNPARSABLE, detail);
  }

  static BadItemException inconsistent(String detail) {
    return new BadItemException(Reason.INCONSISTENT, detail);
  }

  Reason reason() {
    return reason;
  }
}
