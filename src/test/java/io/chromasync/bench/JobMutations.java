package io.chromasync.bench;

import io.chromasync.Feed;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.mapping.MapItems;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.ResolveHarness;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * Works out, without a server, the mutations that the job makes of item changes, so that a plain
 * client can write the same records.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
final class JobMutations implements AutoCloseable {

  private final Feed feed;
  private final OneInputStreamOperatorTestHarness<ItemChange, ResolveInput> mapping;
  private final ResolveHarness resolve;

  /**
   * @param feed has the vectors of runs
   */
  JobMutations(Feed feed, boolean arrays) throws Exception {
    this.feed = feed;
    this.mapping =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new MapItems(new Receipts(), false)));
    this.resolve =
        new ResolveHarness(
            new ReceiptProjection(arrays),
            ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve")));
    mapping.open();
    resolve.open();
  }

  /** The mutations of changes, without reports of runs. */
  List<Mutation> of(List<ItemChange> changes) throws Exception {
    for (ItemChange change : changes) {
      mapping.processElement(change, 0);
      for (ResolveInput fact : mapping.extractOutputValues()) {
        resolve.process(fact.change());
      }
      mapping.getOutput().clear();
      Queue<StreamRecord<RunDelta>> deltas = mapping.getSideOutput(MapItems.DELTAS);
      while (deltas != null && !deltas.isEmpty()) {
        for (DeltaStep step : feed.steps(deltas.poll().getValue())) {
          resolve.process(step);
        }
      }
    }
    List<Mutation> mutations = resolve.mutations().stream().toList();
    resolve.getOutput().clear();
    return mutations;
  }

  @Override
  public void close() throws Exception {
    mapping.close();
    resolve.close();
  }
}
