package io.chromasync.chroma.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {

  private final LimitedBody limited = new LimitedBody(4);
  private boolean cancelled;

  @Test
  void aBodyUpToTheLimitIsKeptWhole() {
    send("{", "}\n", "", "\n");
    limited.onComplete();

    assertThat(new String(limited.getBody().toCompletableFuture().join(), UTF_8))
        .isEqualTo("{}\n\n");
    assertThat(cancelled).isFalse();
  }

  /** Its beginning may look like a response of Chroma. */
  @Test
  void ofALongerBodyNothingIsKept() {
    send("{}", "  ", " ", " ");
    limited.onComplete();

    assertThat(new String(limited.getBody().toCompletableFuture().join(), UTF_8))
        .isEqualTo("a body that is too long");
    assertThat(cancelled).isTrue();
  }

  @Test
  void aLostConnectionIsAFailure() {
    IOException lost = new IOException("reset");
    send("{}");
    limited.onError(lost);

    assertThat(limited.getBody().toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCause(lost);
  }

  private void send(String... parts) {
    limited.onSubscribe(
        new Subscription() {
          @Override
          public void request(long count) {
            assertThat(count).isEqualTo(Long.MAX_VALUE);
          }

          @Override
          public void cancel() {
            cancelled = true;
          }
        });
    Stream.of(parts)
        .map(part -> List.of(ByteBuffer.wrap(part.getBytes(UTF_8))))
        .forEach(limited::onNext);
  }
}
