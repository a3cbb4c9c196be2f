package io.chromasync.chroma;

import io.chromasync.model.SinkInput;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Stands for resolve before the sink: all mutations of an image leave the same task. */
final class PassOn extends KeyedProcessFunction<String, SinkInput, SinkInput> {

  @Override
  public void processElement(SinkInput input, Context context, Collector<SinkInput> out) {
    out.collect(input);
  }
}
