package io.chromasync.aws;

import java.security.cert.CertificateException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Kind of an error of an AWS call, by the required reaction. */
public enum AwsError {
  /** Too many calls: slow down. Throttling may last. */
  THROTTLED,
  /** Transient error, such as a time-out or HTTP 500: retry. */
  TRANSIENT,
  /**
   * Missing credentials or an untrusted certificate, so that the call was not sent. Permanent for a
   * job that starts, and transient for a job that has already made calls.
   */
  UNSENT,
  /** Denied access: a retry helps only after a permission is granted. */
  DENIED,
  /** Any other permanent error: a retry does not help. */
  FATAL;

  /** Beginning of the SDK's message if no provider of its chain has credentials. */
  private static final String NO_CREDENTIALS = "Unable to load credentials";

  /**
   * Environment variables of the credential providers for containers and web identities, which call
   * a service that may be unavailable.
   */
  private static final Set<String> CREDENTIALS_FROM_A_SERVICE =
      Set.of(
          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "AWS_WEB_IDENTITY_TOKEN_FILE");

  /** Codes of transient errors whose status is 400. */
  private static final Set<String> TRANSIENT_CODES =
      Set.of("RequestTimeout", "TransactionConflictException");

  private static final int FORBIDDEN = 403;
  private static final int TIMEOUT = 408;
  private static final int SERVER_ERROR = 500;

  /** Classifies the exception of a call, which may be wrapped. */
  public static AwsError of(Throwable error) {
    return of(unwrapped(error), System.getenv());
  }

  static AwsError of(Throwable error, Map<String, String> environment) {
    if (error instanceof AwsServiceException service) {
      return ofService(service);
    }
    if (!(error instanceof SdkClientException)) {
      return FATAL;
    }
    boolean unsent =
        isOfCredentials(error)
            ? CREDENTIALS_FROM_A_SERVICE.stream().noneMatch(environment::containsKey)
            : has(error, SSLHandshakeException.class) || has(error, CertificateException.class);
    return unsent ? UNSENT : TRANSIENT;
  }

  /** Returns the code of an error response; empty if it has none. */
  public static String code(AwsServiceException error) {
    String code = error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorCode();
    return code == null || code.equals("UnknownError") ? "" : code;
  }

  /** Returns the original exception, without the exceptions that wrap it. */
  public static Throwable unwrapped(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * Returns whether the same call may succeed later, before a job has made any call: without a
   * change of settings, permissions or names.
   */
  public boolean mayPassAtStart() {
    return this == THROTTLED || this == TRANSIENT;
  }

  /** Returns whether a running job retries the call. */
  public boolean isRetried() {
    return mayPassAtStart() || this == UNSENT;
  }

  private static AwsError ofService(AwsServiceException error) {
    if (error.isThrottlingException()) {
      return THROTTLED;
    }
    int status = error.statusCode();
    String code = code(error);
    if (status >= SERVER_ERROR || status == TIMEOUT || TRANSIENT_CODES.contains(code)) {
      return TRANSIENT;
    }
    return status == FORBIDDEN || code.startsWith("AccessDenied") ? DENIED : FATAL;
  }

  private static boolean isOfCredentials(Throwable error) {
    return String.valueOf(error.getMessage()).contains(NO_CREDENTIALS);
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
