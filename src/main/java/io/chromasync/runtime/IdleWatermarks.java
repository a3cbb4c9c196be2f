package io.chromasync.runtime;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Drops all watermarks except the final watermark and marks the stream idle. An operator that also
 * reads another stream then follows the event time of that stream.
 *
 * <p>Flink's {@code withIdleness} marks a stream idle only while no element arrives; this stream is
 * always idle.
 */
public final class IdleWatermarks<T> implements WatermarkStrategy<T> {

  @Override
  public WatermarkGenerator<T> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    return new Idle<>();
  }

  private static final class Idle<T> implements WatermarkGenerator<T> {

    @Override
    public void onEvent(T element, long timestamp, WatermarkOutput output) {
      output.markIdle();
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.markIdle();
    }
  }
}
