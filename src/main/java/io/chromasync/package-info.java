/**
 * The job: {@link io.chromasync.Chromasync} contains {@code main} and the graph. This is the only
 * package that depends on all others.
 */
package io.chromasync;
