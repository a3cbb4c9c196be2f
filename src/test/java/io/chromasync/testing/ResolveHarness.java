package io.chromasync.testing;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.Version;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.resolve.ResolveSettings;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** The operator of resolve by itself, on RocksDB and without Kryo. Not opened yet. */
// A harness's close() declares Exception.
@SuppressWarnings("try")
public final class ResolveHarness
    extends KeyedTwoInputStreamOperatorTestHarness<String, FactChange, DeltaStep, Mutation> {

  public ResolveHarness(Projection projection, ResolveSettings settings) throws Exception {
    super(
        new KeyedCoProcessOperator<>(new ResolveFacts(projection, settings)),
        FactChange::image,
        DeltaStep::image,
        Types.STRING);
    setStateBackend(new EmbeddedRocksDBStateBackend());
    getExecutionConfig()
        .getSerializerConfig()
        .configure(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
            ResolveHarness.class.getClassLoader());
  }

  public void process(FactChange change) throws Exception {
    processElement1(change, millis(change.version()));
  }

  public void process(DeltaStep step) throws Exception {
    processElement2(step, millis(step.version()));
  }

  /** Event time has come to this second, on both inputs. */
  public void watermark(int second) throws Exception {
    processBothWatermarks(new Watermark(TimeUnit.SECONDS.toMillis(second)));
  }

  private static long millis(Version version) {
    return TimeUnit.MICROSECONDS.toMillis(version.micros());
  }
}
