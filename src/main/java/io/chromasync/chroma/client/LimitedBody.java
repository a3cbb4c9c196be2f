package io.chromasync.chroma.client;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * Bytes of a response, up to a limit: a proxy that sends without end must not fill the heap. A
 * longer body is replaced by a text that is not JSON, and its connection is closed.
 */
final class LimitedBody implements BodySubscriber<byte[]> {

  private final int longest;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Subscription subscription;

  /**
   * @param longest maximum number of bytes
   */
  LimitedBody(int longest) {
    this.longest = longest;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription started) {
    subscription = started;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    for (ByteBuffer part : parts) {
      if (!body.isDone()) {
        add(part);
      }
    }
  }

  private void add(ByteBuffer part) {
    if (part.remaining() > longest - received.size()) {
      subscription.cancel();
      received.reset();
      body.complete(ResponseBody.TOO_LONG.getBytes(StandardCharsets.US_ASCII));
      return;
    }
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    received.writeBytes(bytes);
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(received.toByteArray());
  }
}
