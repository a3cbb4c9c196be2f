/**
 * The job: {@link io.chromasync.Chromasync} holds main and the graph. The only package that knows
 * all others.
 */
package io.chromasync;
