/**
 * Last writer wins per entity: operators, keyed state and timers around the decisions of {@code
 * rules}.
 *
 * <p>Imports {@code model}, {@code config} in its settings, and {@code runtime} in its metrics.
 * Start reading at {@link io.chromasync.resolve.ResolveFacts}, which applies the rules and emits
 * their mutations.
 */
package io.chromasync.resolve;
