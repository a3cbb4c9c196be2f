package io.chromasync;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.Mutation;
import org.apache.flink.api.connector.sink2.Sink;

/** Sinks of the job: Chroma, and the dead-letter queue. */
record Outputs(Sink<Mutation> chroma, Sink<DeadLetter> deadLetters) {}
