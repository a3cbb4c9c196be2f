package io.chromasync.delta;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.aws.AwsError;
import io.chromasync.aws.AwsProblem;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.runs.RunErrors;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.delta.runs.RunStates;
import io.chromasync.start.Unready;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Checks before the job starts that the bucket of the deltas exists and the table of the runs
 * accepts updates.
 */
public final class DeltaPreflight {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaPreflight.class);

  private static final int MISSING = 404;

  private DeltaPreflight() {}

  /**
   * Checks that the table accepts updates. Changes nothing.
   *
   * @throws InvalidSettings in one sentence
   * @throws Unready if DynamoDB is unavailable for now
   */
  public static void askTable(RunSettings runs) {
    if (!runs.areWritten()) {
      return;
    }
    try (RunStates states =
        new RunStates(
            AwsClients.dynamoDb(runs.access(), Calls.RETRIED),
            runs.table(),
            InstantSource.system())) {
      states.probe().join();
    } catch (CompletionException | SdkClientException e) {
      throw Unready.orInvalid(e, RunErrors.sentence(AwsError.unwrapped(e), runs));
    }
  }

  /**
   * Checks that the bucket exists.
   *
   * @throws InvalidSettings in one sentence
   * @throws Unready if S3 is unavailable for now
   */
  public static void askBucket(DeltaSettings delta) {
    if (delta.bucket() == null) {
      return;
    }
    try (S3AsyncClient s3 = AwsClients.s3(delta.access(), Calls.SINGLE)) {
      s3.headBucket(request -> request.bucket(delta.bucket())).join();
    } catch (CompletionException | SdkClientException e) {
      judge(delta, AwsError.unwrapped(e));
    }
  }

  private static void judge(DeltaSettings delta, Throwable error) {
    String bucket = "Property 'bucket' in group 'delta' ('%s')".formatted(delta.bucket());
    String place = delta.access().place();
    int status = error instanceof AwsServiceException response ? response.statusCode() : 0;
    if (AwsError.of(error) == AwsError.DENIED) {
      // A role that may only read objects may not query their bucket.
      LOG.warn(
          "{} cannot be looked up in {}: access denied; deltas may load all the same",
          bucket,
          place);
    } else {
      String sentence =
          status == MISSING
              ? "%s must be a bucket in %s, but there is none".formatted(bucket, place)
              : "%s cannot be looked up: %s"
                  .formatted(
                      bucket,
                      new AwsProblem("S3", delta.access(), "s3:ListBucket on it").describe(error));
      throw Unready.orInvalid(error, sentence);
    }
  }
}
