package io.chromasync.delta;

import io.chromasync.model.RunDelta;
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
final class WithoutEventTime implements WatermarkStrategy<RunDelta> {

  @Override
  public WatermarkGenerator<RunDelta> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    return new Idle();
  }

  private static final class Idle implements WatermarkGenerator<RunDelta> {

    @Override
    public void onEvent(RunDelta delta, long timestamp, WatermarkOutput output) {
      output.markIdle();
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.markIdle();
    }
  }
}
