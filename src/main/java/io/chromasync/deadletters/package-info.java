/**
 * The dead-letter queue: dead letters are written to files, and redriven from files.
 *
 * <p>A dead letter is one line of JSON ({@link io.chromasync.deadletters.DeadLetterJson}). {@link
 * io.chromasync.deadletters.DeadLetterFiles} writes dead letters, {@link
 * io.chromasync.deadletters.RedriveSource} reads the dead letters to redrive.
 */
package io.chromasync.deadletters;
