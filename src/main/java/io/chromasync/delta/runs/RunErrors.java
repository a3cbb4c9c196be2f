package io.chromasync.delta.runs;

import io.chromasync.aws.AwsError;
import io.chromasync.aws.AwsProblem;
import io.chromasync.aws.TableKeys;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Classifies DynamoDB's errors when run states are written, and names the setting to change. */
public final class RunErrors {

  private static final String REMEDY =
      "; set 'runs.table' to the table of the runs, or leave it empty so that no states are"
          + " written";

  private RunErrors() {}

  /** Returns true if a retry may help: after a transient error, or one that AWS did not report. */
  static boolean isRetried(Throwable error) {
    return AwsError.of(error).isRetried()
        || !(error instanceof SdkException || error instanceof Error);
  }

  /** Returns true if only this run's item cannot be updated, while the items of other runs can. */
  static boolean isOfOneRun(Throwable error) {
    // DynamoDB has no separate error code for an item that would exceed 400 KB.
    return error instanceof DynamoDbException rejected
        && rejected.statusCode() == 400
        && rejected.awsErrorDetails() != null
        && String.valueOf(rejected.awsErrorDetails().errorMessage()).contains("Item size");
  }

  /** Returns one sentence that names the setting and the remedy. */
  public static String sentence(Throwable error, RunSettings settings) {
    String place = settings.access().place();
    if (error instanceof ResourceNotFoundException) {
      return "%s must be a table in %s, but there is none%s"
          .formatted(settings.property(), place, REMEDY);
    }
    if (TableKeys.areRejected(error)) {
      return "%s must be a table with %s, and is not%s"
          .formatted(settings.property(), TableKeys.WANTED, REMEDY);
    }
    return "%s cannot be written with the states of runs: %s"
        .formatted(
            settings.property(),
            new AwsProblem("DynamoDB", settings.access(), "dynamodb:UpdateItem on it")
                .describe(error));
  }
}
