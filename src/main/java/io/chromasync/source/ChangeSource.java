package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.LineageStateSerializer;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardSplitSerializer;
import io.chromasync.source.lineage.StartPosition;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Source of item changes, with the state that every such source keeps: shard splits and the lineage
 * of shards. A job can therefore resume from the state of a job with another such source.
 *
 * <p>The source is unbounded. The end of the input would also end event time, which expires
 * tombstones, and a finished job cannot resume from a savepoint.
 */
interface ChangeSource
    extends Source<ItemChange, ShardSplit, LineageState>,
        ResultTypeQueryable<ItemChange>,
        SupportsSplitReassignmentOnRecovery {

  /** Returns the stream to read; empty if there is none. */
  String stream();

  /** Returns the position at which a shard is read first. */
  StartPosition start();

  /** Creates the enumerator of a lineage. */
  SplitEnumerator<ShardSplit, LineageState> enumerator(
      SplitEnumeratorContext<ShardSplit> context, Lineage lineage);

  @Override
  default Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  default SplitEnumerator<ShardSplit, LineageState> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    return enumerator(context, new Lineage(stream(), start()));
  }

  @Override
  default SplitEnumerator<ShardSplit, LineageState> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, LineageState state) {
    return enumerator(context, Lineage.restored(state, start()));
  }

  @Override
  default SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return new ShardSplitSerializer();
  }

  @Override
  default SimpleVersionedSerializer<LineageState> getEnumeratorCheckpointSerializer() {
    return new LineageStateSerializer();
  }

  @Override
  default TypeInformation<ItemChange> getProducedType() {
    return TypeInformation.of(ItemChange.class);
  }
}
