package io.chromasync;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.Mutation;
import org.apache.flink.api.connector.sink2.Sink;

/** What the job writes to: Chroma, and the dead letters of what could not have its effect. */
record Outputs(Sink<Mutation> chroma, Sink<DeadLetter> deadLetters) {}
