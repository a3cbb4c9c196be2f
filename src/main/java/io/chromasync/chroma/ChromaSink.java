package io.chromasync.chroma;

import io.chromasync.model.Batch;
import io.chromasync.model.Notice;
import java.util.Random;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Writes batches to Chroma, in order within each lane, and hands on what is to be told: how runs
 * ended, and what Chroma did not take. The writer has no state of its own: what a checkpoint
 * covers, Chroma has acknowledged or rejected. The notices of what it covers are in Flink's state
 * until they are told.
 *
 * <p>All batches of a lane must reach the same writer, so the sink runs with the parallelism of the
 * operator before it, and nothing is redistributed in between. A committer changes nothing of that:
 * Flink puts it behind the writer, at the same parallelism (its {@code
 * SinkTransformationTranslator}).
 *
 * @param committers make what tells the notices: each at least once, after a checkpoint that covers
 *     all that they speak of
 */
public record ChromaSink(
    ChromaSettings settings,
    ServerProfile profile,
    SerializableSupplier<Committer<Notice>> committers)
    implements Sink<Batch>, SupportsCommitter<Notice> {

  @Override
  public CommittingSinkWriter<Batch, Notice> createWriter(WriterInitContext context) {
    // The token's secret and the authority's file may be away when Flink restarts the task.
    Chroma chroma = settings.startWait().until(() -> HttpChroma.of(settings));
    return new ChromaWriter(
        new Destination(chroma, settings, profile),
        new Retries(settings.retryBudget(), new Random()),
        context);
  }

  @Override
  public Committer<Notice> createCommitter(CommitterInitContext context) {
    return committers.get();
  }

  @Override
  public SimpleVersionedSerializer<Notice> getCommittableSerializer() {
    return new NoticeSerializer();
  }
}
