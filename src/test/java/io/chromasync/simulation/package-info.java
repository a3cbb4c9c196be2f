/**
 * The decision path in one thread and simulated time, from item changes to a model Chroma, with
 * everything that may happen decided by one seed.
 *
 * <p>The parts are the real ones: mapping, resolve, window and writer. {@link
 * io.chromasync.simulation.Simulation} lets things happen, {@link
 * io.chromasync.simulation.TableLife} makes the history, {@link
 * io.chromasync.simulation.ModelChroma} the faults. What must hold is said by {@link
 * io.chromasync.simulation.Expectation}, {@link io.chromasync.simulation.NoGoingBack} and {@link
 * io.chromasync.simulation.NothingLost}; that they notice is shown with {@link
 * io.chromasync.simulation.Mutant}.
 *
 * <p>Assumed, as docs/limits.md says: after a restore a shard gives its changes in the same order
 * again, nobody else writes, and what is on its way to the server when a job dies has arrived
 * before the next one begins.
 */
package io.chromasync.simulation;
