package io.chromasync.chroma;

import io.chromasync.model.Batch;
import io.chromasync.model.Notice;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Writes batches to Chroma, in order within each lane, and hands on what is to be told: how runs
 * ended, and what Chroma did not take. What a checkpoint covers, Chroma has acknowledged or
 * rejected; the writer's only state is the {@link Mark} that it acknowledged after that. The
 * notices of what a checkpoint covers are in Flink's state until they are told.
 *
 * <p>All batches of a lane must reach the same writer, so the sink runs with the parallelism of the
 * operator before it, and nothing is redistributed in between. A committer changes nothing of that:
 * Flink puts it behind the writer, at the same parallelism (its {@code
 * SinkTransformationTranslator}).
 *
 * @param committers make what tells the notices: each at least once, after a checkpoint that covers
 *     all that they speak of
 * @param requestsUri the folder in which a repair of Chroma is asked for
 * @param retention how long removals are remembered, in event time
 */
public record ChromaSink(
    ChromaSettings settings,
    ServerProfile profile,
    SerializableSupplier<Committer<Notice>> committers,
    String requestsUri,
    Duration retention)
    implements Sink<Batch>, SupportsCommitter<Notice>, SupportsWriterState<Batch, Mark> {

  @Override
  public ChromaWriter createWriter(WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public ChromaWriter restoreWriter(WriterInitContext context, Collection<Mark> restored) {
    // The token's secret and the authority's file may be away when Flink restarts the task.
    Chroma chroma = settings.startWait().until(() -> HttpChroma.of(settings));
    Destination destination = new Destination(chroma, settings, profile);
    Retries retries = new Retries(settings.retryBudget(), new Random());
    RollbackGuard.Rules rules =
        new RollbackGuard.Rules(
            new RollbackPolicy(settings.onRollback(), retention),
            new RepairRequests(requestsUri)::send);
    return new ChromaWriter(
        destination,
        retries,
        context,
        metrics -> {
          RollbackGuard guard = new RollbackGuard(destination, rules, retries, context, metrics);
          guard.start(restored);
          return guard;
        });
  }

  @Override
  public Committer<Notice> createCommitter(CommitterInitContext context) {
    return committers.get();
  }

  @Override
  public SimpleVersionedSerializer<Notice> getCommittableSerializer() {
    return new NoticeSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Mark> getWriterStateSerializer() {
    return new MarkSerializer();
  }
}
