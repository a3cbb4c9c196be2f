/**
 * Support that operators share: the fetcher thread with its signals, watched folders, the
 * serialization of split state, the retry policy, durable counters and metrics, idle watermarks,
 * and backpressure for vectors alone.
 *
 * <p>Imports {@code config} only.
 */
package io.chromasync.runtime;
