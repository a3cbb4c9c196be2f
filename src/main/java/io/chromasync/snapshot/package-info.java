/**
 * Reading the table as a whole: what an export of it in S3 holds, as readings of its items.
 *
 * <p>Imports {@code model} and, for settings and metrics, {@code config}.
 */
package io.chromasync.snapshot;
