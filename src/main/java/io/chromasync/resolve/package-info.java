/**
 * Last writer wins per entity: operators, keyed state and timers around the decisions of {@code
 * rules}.
 *
 * <p>Imports {@code model}, and {@code config} in its settings and metrics. Start reading at {@link
 * io.chromasync.resolve.ResolveFacts}, which applies the rules and emits their mutations.
 */
package io.chromasync.resolve;
