package io.chromasync.deadletters;

import io.chromasync.config.FolderUri;
import io.chromasync.model.DeadLetter;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Sink of the dead-letter queue: files of JSON lines, finished at each checkpoint. A dead letter is
 * as durable as its checkpoint, and is not duplicated after a restart.
 */
public final class DeadLetterFiles {

  private DeadLetterFiles() {}

  public static Sink<DeadLetter> to(DeadLetterSettings settings) {
    return FileSink.forRowFormat(FolderUri.path(settings.uri()), new Line())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }

  /** Encodes a dead letter as one line. */
  static final class Line implements Encoder<DeadLetter> {

    private static final long serialVersionUID = 1;

    @Override
    public void encode(DeadLetter letter, OutputStream stream) throws IOException {
      stream.write(DeadLetterJson.encoded(letter));
    }
  }
}
