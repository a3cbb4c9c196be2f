/**
 * How writers hold back the loading of vectors without holding back all other changes, which reach
 * them through the same task.
 */
package io.chromasync.pressure;
