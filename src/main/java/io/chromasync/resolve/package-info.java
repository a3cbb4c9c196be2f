/**
 * Which fact is the last: versions, tombstones, keyed state; and from there what to write.
 *
 * <p>May import {@code model}, and {@code config} in its settings and metrics. {@link
 * io.chromasync.resolve.LastWriterWins} decides which change counts, {@link
 * io.chromasync.resolve.Resolver} what follows from it; both are pure. {@link
 * io.chromasync.resolve.ResolveFacts} remembers and emits.
 */
package io.chromasync.resolve;
