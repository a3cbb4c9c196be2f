/**
 * How it is written: the client, the sink, retries, outcomes.
 *
 * <p>Imports {@code model} and, for settings and metrics, {@code config}; the only package that
 * speaks HTTP. Start reading at {@link io.chromasync.chroma.ChromaSink}; {@link
 * io.chromasync.chroma.Outcome} decides what an answer means, {@link io.chromasync.chroma.Delivery}
 * acts on it.
 */
package io.chromasync.chroma;
