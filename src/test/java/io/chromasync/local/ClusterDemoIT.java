package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code bin/cluster demo --once} as it is: the job's jar on processes of Flink. */
@Tag("long")
final class ClusterDemoIT {

  @Test
  void onceEndsInAgreement() {
    // When
    int exit =
        Cluster.command()
            .execute("demo", "--once", "--any-ports", "--images", "2", "--edits", "60");

    // Then
    assertThat(exit).isZero();
  }
}
