/**
 * Tools for operators, each a command line of its own. They may use any step, and none is part of
 * the job.
 */
package io.chromasync.ops;
