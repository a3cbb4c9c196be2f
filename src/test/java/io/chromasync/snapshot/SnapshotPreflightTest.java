package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.receipts.Receipts;
import io.chromasync.start.Unready;
import io.chromasync.testing.AwsRefusals;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of which every call is refused. */
class SnapshotPreflightTest {

  private AwsRefusals table;

  @BeforeEach
  void start() throws IOException {
    TestCredentials.use();
    table = AwsRefusals.before(URI.create("http://127.0.0.1:1"));
  }

  @AfterEach
  void stop() {
    table.close();
  }

  @ParameterizedTest
  @CsvSource({
    "scan, Scan, ProvisionedThroughputExceededException",
    "first-touch, Query, ThrottlingException"
  })
  void c11ATableThatIsThrottledDoesNotHoldUpTheStart(String mode, String call, String error) {
    table.refuse(call, 1, error);

    SnapshotPreflight.run(settings(mode), new Receipts(), false);

    assertThat(table.calls(call)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"scan", "first-touch"})
  void c11ATableThatHasAnErrorOfItsOwnIsWaitedFor(String mode) {
    table.refuse(mode.equals("scan") ? "Scan" : "Query", 1, "InternalServerError", 500);

    assertThatThrownBy(() -> SnapshotPreflight.run(settings(mode), new Receipts(), false))
        .isInstanceOf(Unready.class)
        .hasMessageContaining("cannot be read for 'snapshot.mode' " + mode);
  }

  private SnapshotSettings settings(String mode) {
    return SnapshotRun.settings(SnapshotRun.at(table.url()), "receipts", Map.of("mode", mode));
  }
}
