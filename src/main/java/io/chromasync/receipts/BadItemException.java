package io.chromasync.receipts;

import io.chromasync.model.DeadLetter.Reason;

/** Rejection of an item; the message is one sentence: subject, error, value. */
final class BadItemException extends Exception {

  private final Reason reason;

  private BadItemException(Reason reason, String detail) {
    // No stack trace: bad items may be many, and the mapper always throws them.
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
