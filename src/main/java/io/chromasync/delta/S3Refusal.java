package io.chromasync.delta;

import io.chromasync.aws.AwsProblem;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What it means for a delta that S3 does not give an object: it is bad where time mends nothing,
 * and else unavailable, also where access is denied, which somebody may mend while the retries
 * last, or upload: S3 denies who may not list a bucket also what is not in it. The codes are those
 * of <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error
 * responses</a>; those not listed pass.
 */
final class S3Refusal {

  private static final String NO_BUCKET = "NoSuchBucket";
  private static final String NO_ACCESS = "AccessDenied";
  private static final String BUCKET = "check 'delta.bucket' and the run's prefix";
  private static final String REGION =
      "the bucket is in another region; check 'delta.aws.region' and the run's prefix";

  /** What time does not mend, and what does. */
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
          "its storage class cannot be read at once; restore it, and put a new run");

  private static final String ACTIONS = "s3:GetObject on it and s3:ListBucket on its bucket";
  private static final String MAY_BE_MISSING = ", without which S3 also denies what is not there";

  private static final int DENIED = 403;
  private static final int MISSING = 404;
  private static final int OVERWRITTEN = 412;

  private S3Refusal() {}

  /** Whether what was asked for is not there, though its bucket is. */
  static boolean isMissing(AwsServiceException refused) {
    return refused.statusCode() == MISSING && !NO_BUCKET.equals(code(refused));
  }

  private static String code(AwsServiceException refused) {
    return refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
  }

  /**
   * The refusal of what may come later.
   *
   * @param uri what was asked for
   * @throws BadDelta if it will not
   */
  static Unavailable of(String uri, DeltaSettings settings, AwsServiceException refused)
      throws BadDelta {
    String code = code(refused);
    String said = "%s cannot be read: ".formatted(uri);
    if (code != null && FINAL.containsKey(code)) {
      throw new BadDelta(
          "%sS3 in %s says %s; %s"
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
