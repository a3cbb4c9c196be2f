package io.chromasync;

import io.chromasync.config.FolderUri;
import io.chromasync.deadletters.DeadLetterFiles;
import io.chromasync.deadletters.DeadLetterJson;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * Publishes the sink's committables once a checkpoint is complete: reports of runs through their
 * own committer, dead letters as files of lines beside the files of {@link DeadLetterFiles}.
 *
 * <p>File names are content hashes, so committing twice is idempotent. An existing file is
 * overwritten, because an earlier attempt may have failed while writing it.
 */
// A committer's close() declares Exception.
@SuppressWarnings("try")
final class SinkCommitter implements Committer<SinkCommittable> {

  private final Committer<RunReport> reports;
  private final DeadLetterSettings deadLetters;

  /**
   * @param reports committer of run reports, closed with this committer
   */
  SinkCommitter(Committer<RunReport> reports, DeadLetterSettings deadLetters) {
    this.reports = reports;
    this.deadLetters = deadLetters;
  }

  @Override
  public void commit(Collection<CommitRequest<SinkCommittable>> notices)
      throws IOException, InterruptedException {
    List<CommitRequest<RunReport>> reported = new ArrayList<>();
    for (CommitRequest<SinkCommittable> notice : notices) {
      if (notice.getCommittable().report() == null) {
        write(notice.getCommittable().letters());
      } else {
        reported.add(new ReportRequest(notice));
      }
    }
    if (!reported.isEmpty()) {
      reports.commit(reported);
    }
  }

  @Override
  public void close() throws Exception {
    reports.close();
  }

  private void write(List<DeadLetter> letters) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (DeadLetter letter : letters) {
      lines.writeBytes(DeadLetterJson.encoded(letter));
    }
    Path folder = FolderUri.path(deadLetters.uri());
    Path file = new Path(folder, "rejected-" + hash(lines.toByteArray()));
    try (OutputStream out = file.getFileSystem().create(file, WriteMode.OVERWRITE)) {
      lines.writeTo(out);
    } catch (IOException e) {
      throw new IOException(
          "%s dead letters could not be written to '%s' ('dead-letters.uri'): make it a folder that the job may write to"
              .formatted(letters.size(), file),
          e);
    }
  }

  private static String hash(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Commit request for a run report, backed by the request for its committable. */
  private record ReportRequest(CommitRequest<SinkCommittable> notice)
      implements CommitRequest<RunReport> {

    @Override
    public RunReport getCommittable() {
      return notice.getCommittable().report();
    }

    @Override
    public int getNumberOfRetries() {
      return notice.getNumberOfRetries();
    }

    @Override
    public void signalFailedWithKnownReason(Throwable cause) {
      notice.signalFailedWithKnownReason(cause);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable cause) {
      notice.signalFailedWithUnknownReason(cause);
    }

    @Override
    public void retryLater() {
      notice.retryLater();
    }

    @Override
    public void updateAndRetryLater(RunReport report) {
      notice.updateAndRetryLater(SinkCommittable.of(report));
    }

    @Override
    public void signalAlreadyCommitted() {
      notice.signalAlreadyCommitted();
    }
  }
}
