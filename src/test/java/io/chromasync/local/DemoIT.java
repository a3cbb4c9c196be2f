package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code bin/demo --once} as it is, on real servers and a real Flink. */
final class DemoIT {

  @Test
  void onceEndsInAgreement() {
    // When
    int exit =
        Demo.commandLine().execute("--once", "--any-ports", "--images", "2", "--edits", "60");

    // Then
    assertThat(exit).isZero();
  }
}
