/**
 * What could not have its effect: dead letters out, and in again.
 *
 * <p>A letter is one line of JSON ({@link io.chromasync.deadletters.DeadLetterJson}); {@link
 * io.chromasync.deadletters.DeadLetterFiles} writes them, {@link
 * io.chromasync.deadletters.Redriven} reads those that are sent again.
 */
package io.chromasync.deadletters;
