package io.chromasync.chroma.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.Mutations;
import io.chromasync.chroma.delivery.ConnectionLoss.Remedy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLossTest {

  @ParameterizedTest
  @CsvSource({
    "500, 40000000, 1, IN_HALVES",
    "2, 1048577, 1, IN_HALVES",
    "500, 1048576, 1, AGAIN",
    "500, 1000, 4, AGAIN",
    "500, 1000, 5, IN_HALVES",
    "1, 40000000, 1, AGAIN",
    "1, 40000000, 4, AGAIN",
    "1, 40000000, 5, REJECT",
    "1, 1000, 19, AGAIN",
    "1, 1000, 20, REJECT",
  })
  void theRemedyFollowsFromSizeAndTimes(int records, long bytes, int times, Remedy remedy) {
    assertThat(new ConnectionLoss(records, bytes, times, "reset").remedy()).isEqualTo(remedy);
  }

  @Test
  void lossesOfOneGroupAreCounted() {
    WriteRequest request =
        new WriteRequest(Mutations.group(List.of(Mutations.delete(1))), new byte[7]);

    ConnectionLoss second =
        ConnectionLoss.of(request, ConnectionLoss.of(request, null, "broken pipe"), "reset");

    assertThat(second).isEqualTo(new ConnectionLoss(1, 7, 2, "reset"));
  }
}
