/**
 * Pending writes of one sink task: coalescing, order per record, and the choice of the next
 * request. Plain Java, without Flink's runtime and without a clock.
 *
 * <p>Start reading at {@link io.chromasync.chroma.window.WriteQueue}; {@link
 * io.chromasync.chroma.window.PendingWrite} has the coalescing rules.
 */
package io.chromasync.chroma.window;
