package io.chromasync.delta;

import io.chromasync.aws.AwsProblem;
import io.chromasync.delta.format.BadDelta;
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
final class S3Refusal {

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
      ", without which S3 also denies access to missing" + " objects";

  private static final int DENIED = 403;
  private static final int MISSING = 404;
  private static final int OVERWRITTEN = 412;

  private S3Refusal() {}

  /** Returns true if the object does not exist, although its bucket does. */
  static boolean isMissing(AwsServiceException refused) {
    return refused.statusCode() == MISSING && !NO_BUCKET.equals(code(refused));
  }

  private static String code(AwsServiceException refused) {
    return refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
  }

  /**
   * Creates the exception for an error that may be transient.
   *
   * @param uri URI of the object or prefix
   * @throws BadDelta if the error is permanent
   */
  static Unavailable of(String uri, DeltaSettings settings, AwsServiceException refused)
      throws BadDelta {
    String code = code(refused);
    String said = "%s cannot be read: ".formatted(uri);
    if (code != null && FINAL.containsKey(code)) {
      throw new BadDelta(
          "%sS3 in %s responds with %s; %s"
              .formatted(said, settings.access().place(), code, FINAL.get(code)),
          refused);
    }
    if (refused.statusCode() == OVERWRITTEN) {
      return new Unavailable(
          "%sit was overwritten while its delta was read".formatted(said), refused);
    }
    String told = said + new AwsProblem("S3", settings.access(), ACTIONS).describe(refused);
    boolean denied =
        refused.statusCode() == DENIED
            && (code == null || code.isEmpty() || code.equals(NO_ACCESS));
    return denied
        ? Unavailable.orMissing(told + MAY_BE_MISSING, refused)
        : new Unavailable(told, refused);
  }
}
