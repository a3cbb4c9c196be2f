package io.chromasync.chroma;

import io.chromasync.model.Batch;
import java.time.InstantSource;
import java.util.Random;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes batches to Chroma, in order within each lane. Has no state of its own: what a checkpoint
 * covers, Chroma has acknowledged.
 *
 * <p>All batches of a lane must reach the same writer, so the sink runs with the parallelism of the
 * operator before it, and nothing is redistributed in between.
 */
public record ChromaSink(ChromaSettings settings, ServerProfile profile) implements Sink<Batch> {

  @Override
  public SinkWriter<Batch> createWriter(WriterInitContext context) {
    Chroma chroma = new HttpChroma(settings.url(), settings.token(), InstantSource.system());
    return new ChromaWriter(
        new Destination(chroma, settings, profile),
        new Retries(settings.retryBudget(), new Random()),
        context);
  }
}
