package io.chromasync.aws;

import java.security.cert.CertificateException;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Classifies errors of AWS calls at the start of a job, where the SDK itself retries for a few
 * seconds only.
 */
public final class AwsErrors {

  /** Beginning of the SDK's message if no provider of its chain has credentials. */
  private static final String NO_CREDENTIALS = "Unable to load credentials";

  /**
   * Environment variables of the credential providers for containers and web identities, which call
   * a service that may be unavailable.
   */
  private static final String[] CREDENTIALS_FROM_A_SERVICE = {
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE"
  };

  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private AwsErrors() {}

  /**
   * Returns whether the same call may succeed later, without a change of settings, permissions or
   * names.
   */
  public static boolean isTransient(Throwable error) {
    return isTransient(AwsProblem.unwrapped(error), System.getenv());
  }

  static boolean isTransient(Throwable error, Map<String, String> environment) {
    if (error instanceof AwsServiceException service) {
      return service.isThrottlingException()
          || service.statusCode() == TIMEOUT
          || service.statusCode() == TOO_MANY
          || service.statusCode() >= SERVER_ERROR;
    }
    if (!(error instanceof SdkClientException)) {
      return false;
    }
    return isOfCredentials(error)
        ? areOfAService(environment)
        : !has(error, SSLHandshakeException.class) && !has(error, CertificateException.class);
  }

  private static boolean isOfCredentials(Throwable error) {
    return String.valueOf(error.getMessage()).contains(NO_CREDENTIALS);
  }

  private static boolean areOfAService(Map<String, String> environment) {
    for (String variable : CREDENTIALS_FROM_A_SERVICE) {
      if (environment.containsKey(variable)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(Throwable error, Class<? extends Throwable> type) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
