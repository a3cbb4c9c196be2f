package io.chromasync.snapshot;

import io.chromasync.aws.AwsProblem;
import io.chromasync.aws.TableKeys;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.TableLayout;
import io.chromasync.snapshot.SnapshotSettings.Mode;
import io.chromasync.snapshot.export.ExportPreflight;
import io.chromasync.start.Unready;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Checks, before the job is submitted, that the source of the snapshot mode can be read. A table is
 * checked by a scan of one item or a query of an empty partition, an export by its manifests
 * ({@link ExportPreflight}).
 */
public final class SnapshotPreflight {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPreflight.class);

  /** Id that no partition has. */
  private static final String NOBODY = "chromasync-probe";

  private SnapshotPreflight() {}

  /**
   * Runs the check. Changes nothing.
   *
   * @param restored true if the job starts from state, which may show that an export was read
   * @throws InvalidSettings in one sentence
   * @throws Unready if DynamoDB gives no definite response for now
   */
  public static void run(SnapshotSettings settings, TableLayout layout, boolean restored) {
    switch (settings.mode()) {
      case NONE -> {}
      case EXPORT -> ExportPreflight.run(settings, restored);
      case SCAN, FIRST_TOUCH -> askTable(settings, layout);
    }
  }

  private static void askTable(SnapshotSettings settings, TableLayout layout) {
    try (TableReader table = TableReader.open(settings.access(), settings.table(), layout)) {
      probe(table, settings.mode()).join();
      checkKeys(table, settings);
    } catch (CompletionException | SdkClientException e) {
      judge(TableError.of(e), settings);
    }
  }

  /**
   * Classifies an error. A throttled table can be read, and may be less busy when the job reads it.
   */
  private static void judge(TableError error, SnapshotSettings settings) {
    if (error.isThrottled()) {
      LOG.warn(
          "The table is throttled; the job will read it at the rate that DynamoDB allows. table={}"
              + " reason={}",
          settings.table(),
          error.detail());
      return;
    }
    throw Unready.orInvalid(error.cause(), sentence(error, settings));
  }

  private static CompletableFuture<TablePage> probe(TableReader table, Mode mode) {
    return mode == Mode.SCAN
        ? table.scan(new SnapshotSplit.Segment("probe", 0, 1, null), null, 1)
        : table.query(NOBODY, null);
  }

  private static void checkKeys(TableReader table, SnapshotSettings settings) {
    String others;
    try {
      others = TableKeys.others(table.describe().join());
    } catch (CompletionException mayNotAsk) {
      LOG.info("The types of the table's keys cannot be looked up. table={}", settings.table());
      return;
    }
    if (others != null) {
      throw new InvalidSettings(
          "%s must be a table with %s, but it has %s"
              .formatted(settings.tableProperty(), TableKeys.WANTED, others));
    }
  }

  private static String sentence(TableError error, SnapshotSettings settings) {
    String table = settings.tableProperty();
    String mode = settings.mode().label();
    if (error.cause() instanceof ResourceNotFoundException) {
      return "%s must be a table in %s for 'snapshot.mode' %s, but there is none"
          .formatted(table, settings.access().place(), mode);
    }
    if (error.cause() instanceof SnapshotFailure) {
      return "%s cannot be read: %s".formatted(table, error.detail());
    }
    if (TableKeys.areRejected(error.cause())) {
      return "%s must be a table with %s, and is not".formatted(table, TableKeys.WANTED);
    }
    return "%s cannot be read for 'snapshot.mode' %s: %s"
        .formatted(
            table,
            mode,
            new AwsProblem("DynamoDB", settings.access(), action(settings))
                .describe(error.cause()));
  }

  private static String action(SnapshotSettings settings) {
    return settings.mode() == Mode.SCAN ? "dynamodb:Scan on it" : "dynamodb:Query on it";
  }
}
