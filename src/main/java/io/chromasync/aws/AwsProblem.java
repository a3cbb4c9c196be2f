package io.chromasync.aws;

import io.chromasync.config.AwsAccess;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * Describes a failed AWS call for the person who configures the job: the cause, then the remedy.
 * Names of exceptions and request ids are left out, because they do not help that person.
 *
 * <p>Codes are listed in the <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html">common
 * errors</a> and in the <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">errors of S3</a>. Pure
 * and thread-safe.
 *
 * @param service common name of the service, as in {@code DynamoDB}
 * @param access access by which it was called
 * @param action permission that is needed, as in {@code dynamodb:Scan on it}
 */
public record AwsProblem(String service, AwsAccess access, String action) {

  private static final String CREDENTIALS_OF = "; check the job's role, or AWS_ACCESS_KEY_ID, ";

  private static final String EXPIRED = "reports that the credentials have expired; renew them";
  private static final String UNKNOWN =
      "does not recognize the credentials" + CREDENTIALS_OF + "and AWS_SESSION_TOKEN";
  private static final String UNSIGNED =
      "rejects the signature of the credentials" + CREDENTIALS_OF + "and AWS_SECRET_ACCESS_KEY";
  private static final String CLOCK = "reports that this machine's clock is wrong; correct it";
  private static final String REGION = "reports that the resource is in another region; ";

  private static final Map<String, String> BY_CODE =
      Map.ofEntries(
          Map.entry("ExpiredToken", EXPIRED),
          Map.entry("ExpiredTokenException", EXPIRED),
          Map.entry("TokenRefreshRequired", EXPIRED),
          Map.entry("UnrecognizedClientException", UNKNOWN),
          Map.entry("InvalidClientTokenId", UNKNOWN),
          Map.entry("InvalidAccessKeyId", UNKNOWN),
          Map.entry("InvalidToken", UNKNOWN),
          Map.entry("SignatureDoesNotMatch", UNSIGNED),
          Map.entry("InvalidSignatureException", UNSIGNED),
          Map.entry("IncompleteSignature", UNSIGNED),
          Map.entry("IncompleteSignatureException", UNSIGNED),
          Map.entry("MissingAuthenticationToken", UNSIGNED),
          Map.entry("MissingAuthenticationTokenException", UNSIGNED),
          Map.entry("RequestTimeTooSkewed", CLOCK),
          Map.entry("RequestExpired", CLOCK),
          Map.entry("PermanentRedirect", REGION),
          Map.entry("AuthorizationHeaderMalformed", REGION),
          Map.entry("IllegalLocationConstraintException", REGION));

  private static final String NONE = "ResourceNotFoundException";
  private static final int REDIRECTED = 301;

  /**
   * Returns the description, as in {@code DynamoDB in region 'eu-west-1' denies access; the job's
   * role needs …}.
   */
  public String describe(Throwable error) {
    Throwable cause = AwsError.unwrapped(error);
    if (cause instanceof AwsServiceException response) {
      return "%s in %s %s".formatted(service, access.place(), described(response));
    }
    String missing = missing(String.valueOf(cause.getMessage()));
    return missing != null
        ? missing
        : "%s in %s cannot be reached: %s; check %s"
            .formatted(service, access.place(), connection(cause), access.settings());
  }

  private String described(AwsServiceException error) {
    String code = AwsError.code(error);
    String known = BY_CODE.get(code);
    if (known != null) {
      return known.equals(REGION) ? REGION + "check " + access.settings() : known;
    }
    if (error.statusCode() == REDIRECTED) {
      return REGION + "check " + access.settings();
    }
    AwsError kind = AwsError.of(error);
    if (kind == AwsError.DENIED) {
      return "denies access; the job's role needs %s".formatted(action);
    }
    if (code.equals(NONE)) {
      return "has none: %s; check its name, and that the job's role has %s"
          .formatted(said(error), action);
    }
    if (kind == AwsError.THROTTLED) {
      return "throttles requests; try again later";
    }
    if (error.statusCode() >= 500) {
      return "has an internal error (HTTP %s); try again later".formatted(error.statusCode());
    }
    return code.isEmpty()
        ? "responds with HTTP %s, unlike %s; check %s"
            .formatted(error.statusCode(), service, access.settings())
        : "rejects the request: %s (%s)".formatted(said(error), code);
  }

  private static String said(AwsServiceException error) {
    String message = error.awsErrorDetails().errorMessage();
    return message == null || message.isBlank() ? "no reason given" : message.strip();
  }

  /**
   * Returns the description of missing credentials or a missing region; null for any other message.
   */
  private String missing(String message) {
    if (message.contains("Unable to load credentials")) {
      return "There are no AWS credentials; give the job a role, or set AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY";
    }
    return message.contains("Unable to load region")
        ? "There is no AWS region; set '%s', or AWS_REGION".formatted(access.regionSetting())
        : null;
  }

  private static String connection(Throwable error) {
    Throwable root = error;
    for (Throwable each = error; each != null; each = each.getCause()) {
      root = each;
      String kind = connectionKind(each);
      if (kind != null) {
        return kind;
      }
    }
    String message = root.getMessage();
    return message == null || message.isBlank() ? "the connection failed" : message.strip();
  }

  private static String connectionKind(Throwable error) {
    String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    if (error instanceof UnknownHostException) {
      return "its host is unknown";
    }
    if (error instanceof SSLException) {
      return "it does not speak TLS there, or its certificate is not trusted";
    }
    boolean late =
        error instanceof ApiCallTimeoutException
            || error instanceof ApiCallAttemptTimeoutException
            || error instanceof SocketTimeoutException
            || error instanceof TimeoutException
            || message.contains("timed out");
    if (late) {
      return "no response in time";
    }
    if (error instanceof ConnectException) {
      return "nothing listens there";
    }
    boolean broken =
        message.contains("connection reset") || message.contains("connection was closed");
    return broken ? "the connection broke" : null;
  }
}
