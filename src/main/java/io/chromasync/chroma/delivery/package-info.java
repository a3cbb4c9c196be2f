/**
 * Requests from pending writes to acknowledgement: size, number in flight, retries, bisection of a
 * rejected request.
 *
 * <p>Start reading at {@link io.chromasync.chroma.delivery.Delivery}; {@link
 * io.chromasync.chroma.delivery.RequestOutcome} classifies a response.
 */
package io.chromasync.chroma.delivery;
