package io.chromasync.delta;

import io.chromasync.aws.AwsError;
import io.chromasync.aws.AwsProblem;
import io.chromasync.delta.format.UnusableDelta;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Classifies S3's errors for an object of a delta. A delta is bad if waiting cannot help, and
 * unavailable otherwise. Denied access counts as unavailable: an operator may grant it, or the
 * object may be uploaded, while retries last. S3 also denies access to a missing object if the
 * caller may not list the bucket. The codes are documented at <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error responses</a>;
 * other codes count as transient.
 */
final class S3Errors {

  private static final String NO_BUCKET = "NoSuchBucket";
  private static final String NO_ACCESS = "AccessDenied";
  private static final String BUCKET = "check 'delta.bucket' and the run's prefix";
  private static final String REGION =
      "the bucket is in another region; check 'delta.aws.region' and the run's prefix";

  /** Permanent error codes, with the remedy. */
  private static final Map<String, String> FINAL =
      Map.of(
          NO_BUCKET,
          BUCKET,
          "InvalidBucketName",
          BUCKET,
          "KeyTooLongError",
          BUCKET,
          "InvalidURI",
          BUCKET,
          "PermanentRedirect",
          REGION,
          "AuthorizationHeaderMalformed",
          REGION,
          "IllegalLocationConstraintException",
          REGION,
          "InvalidObjectState",
          "its storage class cannot be read directly; restore the object, and put a new run");

  private static final String ACTIONS = "s3:GetObject on it and s3:ListBucket on its bucket";
  private static final String MAY_BE_MISSING =
      ", without which S3 also denies access to missing objects";

  private static final int MISSING = 404;
  private static final int OVERWRITTEN = 412;

  private S3Errors() {}

  /** Returns true if the object does not exist, although its bucket does. */
  static boolean isMissing(AwsServiceException error) {
    return error.statusCode() == MISSING && !NO_BUCKET.equals(AwsError.code(error));
  }

  /**
   * Creates the exception for an error that may be transient.
   *
   * @param uri URI of the object or prefix
   * @throws UnusableDelta if the error is permanent
   */
  static Unavailable of(String uri, DeltaSettings settings, AwsServiceException error)
      throws UnusableDelta {
    String code = AwsError.code(error);
    String said = "%s cannot be read: ".formatted(uri);
    if (FINAL.containsKey(code)) {
      throw new UnusableDelta(
          "%sS3 in %s responds with %s; %s"
              .formatted(said, settings.access().place(), code, FINAL.get(code)),
          error);
    }
    if (error.statusCode() == OVERWRITTEN) {
      return new Unavailable(
          "%sit was overwritten while its delta was read".formatted(said), error);
    }
    String described = said + new AwsProblem("S3", settings.access(), ACTIONS).describe(error);
    boolean denied =
        AwsError.of(error) == AwsError.DENIED && (code.isEmpty() || code.equals(NO_ACCESS));
    return denied
        ? Unavailable.orMissing(described + MAY_BE_MISSING, error)
        : new Unavailable(described, error);
  }
}
