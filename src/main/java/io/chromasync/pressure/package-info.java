/**
 * Backpressure for vectors alone: writers delay the loading of vectors, but not the other changes
 * that reach them through the same task.
 */
package io.chromasync.pressure;
