package io.chromasync;

import io.chromasync.config.FolderUri;
import io.chromasync.snapshot.SnapshotSettings;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Sink of the results of operators' queries: files of lines beside the request folder, finished at
 * each checkpoint.
 */
final class QueryResultFiles {

  private QueryResultFiles() {}

  /**
   * Creates the sink.
   *
   * @param requestsUri the request folder
   */
  static Sink<String> to(String requestsUri) {
    return FileSink.forRowFormat(
            FolderUri.path(SnapshotSettings.resultsUriOf(requestsUri)),
            new SimpleStringEncoder<String>())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }
}
