package io.chromasync.chroma;

import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.EntityTree;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Writes mutations to Chroma at least once and in order per record. Emits run reports and dead
 * letters as {@link SinkCommittable committables}.
 *
 * <p>A checkpoint covers only mutations that Chroma has acknowledged or rejected. The writer's only
 * state is the {@link Mark} that Chroma acknowledged after them. The committables stay in Flink's
 * state until they are committed.
 *
 * <p>All mutations of a partition must reach the same writer. The sink is therefore chained to the
 * keyed operator that emits them: the same parallelism, and no redistribution in between. The
 * committer does not change this, because Flink places it behind the writer at the same parallelism
 * ({@code SinkTransformationTranslator}).
 *
 * @param tree collections of the domain
 * @param committers factory of the committer. It commits each committable at least once, after a
 *     checkpoint that covers all mutations the committable refers to
 * @param requestsUri folder that receives the request to repair Chroma
 * @param retention retention of tombstones, in event time
 */
public record ChromaSink(
    EntityTree tree,
    ChromaSettings settings,
    WindowSettings window,
    ServerProfile profile,
    SerializableSupplier<Committer<SinkCommittable>> committers,
    String requestsUri,
    Duration retention)
    implements Sink<SinkInput>,
        SupportsCommitter<SinkCommittable>,
        SupportsWriterState<SinkInput, Mark> {

  @Override
  public ChromaWriter createWriter(WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public ChromaWriter restoreWriter(WriterInitContext context, Collection<Mark> restored) {
    // The token's secret and the certificate authority's file may be unavailable when Flink
    // restarts the task.
    Chroma server = settings.startRetries().until(() -> HttpChroma.of(settings));
    DryRun dryRun = new DryRun(server);
    ChromaTarget destination =
        new ChromaTarget(
            settings.writes() ? server : dryRun,
            tree,
            settings,
            profile,
            context.getTaskInfo().getNumberOfParallelSubtasks());
    RandomGenerator random = new Random();
    RollbackGuard.Rules rules =
        new RollbackGuard.Rules(
            new RollbackPolicy(settings.onRollback(), retention),
            new RepairRequests(requestsUri, context.getTaskInfo().getIndexOfThisSubtask())::send);
    return new ChromaWriter(
        destination,
        window,
        random,
        context,
        (metrics, freshUpTo) -> {
          if (!settings.writes()) {
            return new NoMarks(dryRun);
          }
          FreshPublisher fresh =
              new FreshPublisher(
                  destination, freshUpTo, FreshPublisher.Rules.KEPT, context, metrics);
          RollbackGuard guard =
              new RollbackGuard(destination, rules, random, fresh, context, metrics);
          guard.start(restored);
          return guard;
        });
  }

  @Override
  public Committer<SinkCommittable> createCommitter(CommitterInitContext context) {
    return committers.get();
  }

  @Override
  public SimpleVersionedSerializer<SinkCommittable> getCommittableSerializer() {
    return new SinkCommittableSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Mark> getWriterStateSerializer() {
    return new MarkSerializer();
  }
}
