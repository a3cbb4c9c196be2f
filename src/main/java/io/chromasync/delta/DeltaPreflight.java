package io.chromasync.delta;

import io.chromasync.aws.AwsProblem;
import io.chromasync.config.InvalidSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Asks, before there is a job, whether the bucket of the deltas is there and the table of the runs
 * takes updates.
 */
public final class DeltaPreflight {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaPreflight.class);

  private static final int DENIED = 403;
  private static final int MISSING = 404;

  private DeltaPreflight() {}

  /**
   * Asks both. Changes nothing.
   *
   * @throws InvalidSettings with one sentence for each problem
   */
  public static void run(RunSettings runs, DeltaSettings delta) {
    List<String> problems = new ArrayList<>();
    if (runs.areWritten()) {
      askTable(runs, problems);
    }
    if (delta.bucket() != null) {
      askBucket(delta, problems);
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  private static void askTable(RunSettings runs, List<String> problems) {
    try (RunStates states =
        new RunStates(AwsClients.dynamoDb(runs.access()), runs.table(), InstantSource.system())) {
      states.probe().join();
    } catch (CompletionException e) {
      problems.add(RunRefusal.sentence(e.getCause(), runs));
    } catch (SdkClientException e) {
      problems.add(RunRefusal.sentence(e, runs));
    }
  }

  private static void askBucket(DeltaSettings delta, List<String> problems) {
    try (S3AsyncClient s3 = AwsClients.s3(delta.access())) {
      s3.headBucket(request -> request.bucket(delta.bucket())).join();
    } catch (CompletionException e) {
      tell(delta, e.getCause(), problems);
    } catch (SdkClientException e) {
      tell(delta, e, problems);
    }
  }

  private static void tell(DeltaSettings delta, Throwable error, List<String> problems) {
    String bucket = "Property 'bucket' in group 'delta' ('%s')".formatted(delta.bucket());
    String place = delta.access().place();
    int status = error instanceof AwsServiceException refused ? refused.statusCode() : 0;
    if (status == DENIED) {
      // A role that may only read objects cannot ask for their bucket.
      LOG.warn(
          "{} cannot be looked up in {}: access denied; deltas may load all the same",
          bucket,
          place);
    } else if (status == MISSING) {
      problems.add("%s must be a bucket in %s, but there is none".formatted(bucket, place));
    } else {
      problems.add(
          "%s cannot be looked up: %s"
              .formatted(
                  bucket,
                  new AwsProblem("S3", delta.access(), "s3:ListBucket on it").describe(error)));
    }
  }
}
