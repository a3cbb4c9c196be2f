package io.chromasync.snapshot;

import java.io.IOException;

/** S3 does not give what it may give later, though it was asked for as long as is borne. */
final class ExportUnavailable extends IOException {

  ExportUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
