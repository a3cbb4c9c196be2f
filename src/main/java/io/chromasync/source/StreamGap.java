package io.chromasync.source;

/**
 * The stream no longer has changes that were to be read, and {@code source.on-gap} is {@code fail}.
 */
final class StreamGap extends RuntimeException {

  StreamGap(String message) {
    super(message);
  }
}
