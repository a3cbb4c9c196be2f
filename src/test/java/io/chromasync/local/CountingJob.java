package io.chromasync.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * A job that shows whether state survived: it counts the numbers 0, 1, 2 … in keyed state and
 * appends {@code number count} to a file, so that count = number + 1 as long as nothing was lost or
 * counted twice. Its config file holds the output's path and, in a second line, the number at which
 * it fails.
 */
final class CountingJob {

  private CountingJob() {}

  public static void main(String[] args) throws Exception {
    String[] config = Files.readString(Path.of(args[1])).split("\n", -1);
    long failAt = config.length > 1 ? Long.parseLong(config[1]) : Long.MAX_VALUE;
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSource(
            new DataGeneratorSource<>(
                number -> number, Long.MAX_VALUE, RateLimiterStrategy.perSecond(200), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .setParallelism(1)
        .keyBy(number -> 0)
        .process(new Count(config[0], failAt))
        .uid("count")
        .sinkTo(new DiscardingSink<>())
        .uid("end");
    env.execute("counting");
  }

  /** Counts in keyed state and says so in a file. */
  private static final class Count extends KeyedProcessFunction<Integer, Long, Long> {
    private final String output;
    private final long failAt;
    private transient ValueState<Long> count;

    Count(String output, long failAt) {
      this.output = output;
      this.failAt = failAt;
    }

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(Long number, Context context, Collector<Long> out)
        throws IOException {
      if (number >= failAt) {
        throw new IllegalStateException("number must be below " + failAt + " but was " + number);
      }
      long now = count.value() == null ? 1 : count.value() + 1;
      count.update(now);
      Files.writeString(
          Path.of(output),
          number + " " + now + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
