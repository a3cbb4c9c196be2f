package io.chromasync.delta;

import io.chromasync.model.RunReport;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log how runs ended, where nobody writes it into their items. */
public final class LogReports implements Committer<RunReport> {

  private static final Logger LOG = LoggerFactory.getLogger(LogReports.class);

  @Override
  public void commit(Collection<CommitRequest<RunReport>> requests) {
    for (CommitRequest<RunReport> request : requests) {
      RunReport report = request.getCommittable();
      if (report.isFailure()) {
        LOG.warn("A run failed. report={}", report);
      } else {
        LOG.info("A run is in Chroma. report={}", report);
      }
    }
  }

  @Override
  public void close() {}
}
