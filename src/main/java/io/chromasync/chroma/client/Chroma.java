package io.chromasync.chroma.client;

import java.util.concurrent.CompletableFuture;

/**
 * HTTP exchanges with a Chroma server: the interface between the sink and the transport.
 *
 * <p>A future completes with the server's response, whatever its status, or with an {@link
 * java.io.IOException} if there was none. Cancelling the future abandons the exchange and closes
 * its connection. A server that has not read the whole request by then never will; a server that
 * has read it may still apply it. Paths begin with {@code /api/v2}. Thread-safe.
 */
public interface Chroma {

  CompletableFuture<ChromaResponse> get(String path);

  CompletableFuture<ChromaResponse> post(String path, byte[] json);
}
