package io.chromasync;

import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Factory of {@link SinkCommitter}s, sent to each task of the sink.
 *
 * @param reports factory of the committer for run reports
 */
record SinkCommitters(
    SerializableSupplier<Committer<RunReport>> reports, DeadLetterSettings deadLetters)
    implements SerializableSupplier<Committer<SinkCommittable>> {

  @Override
  public Committer<SinkCommittable> get() {
    return new SinkCommitter(reports.get(), deadLetters);
  }
}
