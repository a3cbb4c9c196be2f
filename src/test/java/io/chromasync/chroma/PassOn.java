package io.chromasync.chroma;

import io.chromasync.model.Mutation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Stands for resolve before the sink: all mutations of an image leave the same task. */
final class PassOn extends KeyedProcessFunction<String, Mutation, Mutation> {

  @Override
  public void processElement(Mutation mutation, Context context, Collector<Mutation> out) {
    out.collect(mutation);
  }
}
