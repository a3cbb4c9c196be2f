package io.chromasync;

import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.model.Notice;
import io.chromasync.model.RunReport;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Makes, wherever a task of the sink runs, what tells its notices.
 *
 * @param reports make what tells the reports
 */
record NoticeCommitters(
    SerializableSupplier<Committer<RunReport>> reports, DeadLetterSettings deadLetters)
    implements SerializableSupplier<Committer<Notice>> {

  @Override
  public Committer<Notice> get() {
    return new NoticeCommitter(reports.get(), deadLetters);
  }
}
