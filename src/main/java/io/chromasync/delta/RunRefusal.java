package io.chromasync.delta;

import io.chromasync.aws.AwsProblem;
import io.chromasync.aws.TableKeys;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** What DynamoDB's answers to the writing of run states mean for whoever set the table. */
final class RunRefusal {

  private static final String REMEDY =
      "; set 'runs.table' to the table of the runs, or to nothing so that no states are written";

  private RunRefusal() {}

  /** Whether trying again may help: a bad moment, no wrong setting. */
  static boolean passes(Throwable error) {
    if (error instanceof AwsServiceException refused) {
      return refused.statusCode() >= 500
          || refused.isThrottlingException()
          || refused instanceof TransactionConflictException;
    }
    return !(error instanceof Error);
  }

  /** Whether only this run cannot be told: the items of others take theirs. */
  static boolean isOfOneRun(Throwable error) {
    // DynamoDB has no code of its own for an item that would be larger than 400 KB.
    return error instanceof DynamoDbException refused
        && refused.statusCode() == 400
        && refused.awsErrorDetails() != null
        && String.valueOf(refused.awsErrorDetails().errorMessage()).contains("Item size");
  }

  /** One sentence that names the setting and what to change. */
  static String sentence(Throwable error, RunSettings settings) {
    String place = settings.access().place();
    if (error instanceof ResourceNotFoundException) {
      return "%s must be a table in %s, but there is none%s"
          .formatted(settings.property(), place, REMEDY);
    }
    if (TableKeys.areRefused(error)) {
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
