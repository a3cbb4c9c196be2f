package io.chromasync.chroma;

import java.util.concurrent.CompletableFuture;

/**
 * One exchange with a Chroma server: the seam between what we write and how it travels.
 *
 * <p>A future ends with the server's answer, whatever its status, or with an {@link
 * java.io.IOException} if there was none. Cancelling it gives up the exchange and closes its
 * connection, so that a server which has not read the whole request yet never will; one that has
 * may still apply it. Paths begin with {@code /api/v2}. Safe for use by several threads.
 */
interface Chroma {

  CompletableFuture<Answer> get(String path);

  CompletableFuture<Answer> post(String path, byte[] json);
}
