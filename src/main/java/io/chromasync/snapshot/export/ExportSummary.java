package io.chromasync.snapshot.export;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.snapshot.SnapshotFailure;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Summary manifest of an export, {@code manifest-summary.json} (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html">export
 * output format</a>).
 *
 * @param exportType null in exports from before incremental exports existed
 * @param exportTime of a full export: its snapshot timestamp
 * @param exportFromTime of an incremental export: start of its period, inclusive
 * @param exportToTime of an incremental export: end of its period, exclusive
 * @param itemCount of all its data files
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExportSummary(
    String tableArn,
    String exportType,
    String exportTime,
    String exportFromTime,
    String exportToTime,
    String outputFormat,
    Long itemCount) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FULL = "FULL_EXPORT";
  private static final String INCREMENTAL = "INCREMENTAL_EXPORT";
  private static final String FORMAT = "DYNAMODB_JSON";

  /**
   * Parses and checks a summary.
   *
   * @param uri of the manifest, for errors
   * @param table name of the table that must have been exported
   */
  static ExportSummary read(String text, String uri, String table) {
    ExportSummary summary;
    try {
      summary = JSON.readValue(text, ExportSummary.class);
    } catch (JsonProcessingException e) {
      throw new SnapshotFailure(
          "%s is no summary of an export: %s".formatted(uri, e.getOriginalMessage()), e);
    }
    if (summary == null) {
      throw new SnapshotFailure("%s is no summary of an export: it holds null".formatted(uri));
    }
    summary.check(uri, table);
    return summary;
  }

  boolean isFull() {
    return exportType == null || exportType.equals(FULL);
  }

  /** Snapshot timestamp, or start of the period. */
  public Instant from() {
    return Instant.parse(isFull() ? exportTime : exportFromTime);
  }

  /** Snapshot timestamp, or end of the period. */
  Instant to() {
    return Instant.parse(isFull() ? exportTime : exportToTime);
  }

  private void check(String uri, String table) {
    String exported = tableArn == null ? null : tableArn.replaceFirst("^.*:table/", "");
    require(
        table.equals(exported),
        uri,
        "is of the table '%s', but the job's is '%s'; check 'snapshot.table', or 'source.table' where that is not set"
            .formatted(exported, table));
    require(
        FORMAT.equals(outputFormat),
        uri,
        "is in the format %s; export again as %s".formatted(outputFormat, FORMAT));
    require(
        isFull() || INCREMENTAL.equals(exportType),
        uri,
        "has the exportType %s, which must be %s or %s".formatted(exportType, FULL, INCREMENTAL));
    require(itemCount != null && itemCount >= 0, uri, "has no itemCount");
    if (isFull()) {
      requireTime(exportTime, uri, "exportTime");
    } else {
      requireTime(exportFromTime, uri, "exportFromTime");
      requireTime(exportToTime, uri, "exportToTime");
    }
  }

  private static void requireTime(String time, String uri, String name) {
    try {
      Instant.parse(time == null ? "" : time);
    } catch (DateTimeException e) {
      throw new SnapshotFailure(
          "The export of %s has no time in its %s but %s".formatted(uri, name, time), e);
    }
  }

  private static void require(boolean good, String uri, String wrong) {
    if (!good) {
      throw new SnapshotFailure("The export of %s %s".formatted(uri, wrong));
    }
  }
}
