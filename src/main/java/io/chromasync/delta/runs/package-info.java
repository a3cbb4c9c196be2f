/**
 * Run states in DynamoDB, committed with checkpoints. Start reading at {@link
 * io.chromasync.delta.runs.RunStates} and {@link io.chromasync.delta.runs.RunCommitter}.
 */
package io.chromasync.delta.runs;
