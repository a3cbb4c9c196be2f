package io.chromasync.delta;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Ends all watermarks but the last, and says that none will come (idle), so that whatever reads
 * another stream beside this one follows the event time of the other.
 *
 * <p>Flink's {@code withIdleness} would call the stream idle only while no element comes; ours is
 * so always.
 */
public final class WithoutEventTime<T> implements WatermarkStrategy<T> {

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
