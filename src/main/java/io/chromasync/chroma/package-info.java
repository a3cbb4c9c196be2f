/**
 * The sink: writes records to Chroma with at-least-once delivery and in order per record.
 *
 * <p>{@code window} coalesces pending writes, {@code delivery} cuts them into requests and handles
 * responses, {@code client} is the HTTP client. This package has the writer, the preflight checks,
 * the collections' setup and the detection of a Chroma that was restored from a backup.
 *
 * <p>Imports {@code model}, {@code config}, {@code aws}, {@code runtime} and {@code start}. Start
 * reading at {@link io.chromasync.chroma.ChromaSink} and {@link io.chromasync.chroma.ChromaWriter}.
 */
package io.chromasync.chroma;
