package io.chromasync.local;

/** What went wrong, as one sentence: the message of the deepest cause that has one. */
final class RootCause {

  private RootCause() {}

  static String sentence(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        deepest = cause;
      }
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getName() : message;
  }

  /** The same of a stack trace that a server sent as text: what its deepest cause says. */
  static String ofTrace(String trace) {
    String deepest = trace.substring(trace.lastIndexOf("Caused by: ") + 1);
    String message = deepest.replaceFirst("^aused by: ", "").replaceFirst("(?s)\n\tat .*", "");
    return message.replaceFirst("^[\\w.$]+: ", "").strip();
  }
}
