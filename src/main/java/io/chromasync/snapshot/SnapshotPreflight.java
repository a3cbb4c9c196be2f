package io.chromasync.snapshot;

import io.chromasync.aws.AwsErrors;
import io.chromasync.config.InvalidSettings;
import io.chromasync.snapshot.SnapshotSettings.Mode;
import io.chromasync.start.Unready;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Asks, before there is a job, whether the table can be read in the way that the mode will: by one
 * item of a scan, or a partition that is empty.
 *
 * <p>Nothing is asked of an export: one that was read may be gone when the job starts again, and
 * only the job's state knows. The job refuses it when it begins to read.
 */
public final class SnapshotPreflight {

  /** No image has it. */
  private static final String NOBODY = "chromasync-probe";

  private SnapshotPreflight() {}

  /**
   * Asks. Changes nothing.
   *
   * @throws InvalidSettings in one sentence
   * @throws Unready if DynamoDB does not say for now
   */
  public static void run(SnapshotSettings settings) {
    if (settings.mode() != Mode.SCAN && settings.mode() != Mode.FIRST_TOUCH) {
      return;
    }
    try (TableReader table =
        TableReader.open(
            settings.access(), settings.table(), List.of(ItemKey.PARTITION, ItemKey.SORT))) {
      probe(table, settings.mode()).join();
    } catch (CompletionException | SdkClientException e) {
      throw refusal(Refusal.of(e), settings);
    }
  }

  private static CompletableFuture<TablePage> probe(TableReader table, Mode mode) {
    return mode == Mode.SCAN
        ? table.scan(new SnapshotSplit.Segment("probe", 0, 1, null), null, 1)
        : table.query(NOBODY, null);
  }

  private static RuntimeException refusal(Refusal refusal, SnapshotSettings settings) {
    boolean unreachable = refusal.cause() instanceof SdkClientException;
    String sentence = sentence(refusal, unreachable, settings);
    return AwsErrors.isTransient(refusal.cause())
        ? new Unready(sentence)
        : new InvalidSettings(sentence);
  }

  private static String sentence(Refusal refusal, boolean unreachable, SnapshotSettings settings) {
    String table = "Property 'table' in group 'snapshot' ('%s')".formatted(settings.table());
    String place = settings.access().place();
    if (refusal.cause() instanceof ResourceNotFoundException) {
      return "%s must be a table in %s for 'mode' %s, but there is none"
          .formatted(table, place, settings.mode().label());
    }
    if (refusal.cause() instanceof SnapshotFailure) {
      return "%s cannot be read: %s".formatted(table, refusal.detail());
    }
    if (unreachable) {
      return "%s cannot be read: DynamoDB in %s cannot be reached (%s); check 'aws.region' and 'aws.endpoint' in group 'snapshot'"
          .formatted(table, place, AwsErrors.said(refusal.cause()));
    }
    return "%s cannot be read for 'mode' %s: DynamoDB in %s refused with %s; allow %s on it and check that its keys are PK and SK"
        .formatted(table, settings.mode().label(), place, refusal.detail(), action(settings));
  }

  private static String action(SnapshotSettings settings) {
    return settings.mode() == Mode.SCAN ? "dynamodb:Scan" : "dynamodb:Query";
  }
}
