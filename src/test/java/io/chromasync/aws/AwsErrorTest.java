package io.chromasync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsErrorTest {

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, THROTTLED, true, true",
    "400, ProvisionedThroughputExceededException, THROTTLED, true, true",
    "400, AccessDeniedException, DENIED, false, false",
    "403, , DENIED, false, false",
    "403, InvalidSignatureException, DENIED, false, false",
    "400, ResourceNotFoundException, FATAL, false, false",
    "400, ExpiredTokenException, FATAL, false, false",
    "400, TransactionConflictException, TRANSIENT, true, true",
    "400, RequestTimeout, TRANSIENT, true, true",
    "404, NoSuchBucket, FATAL, false, false",
    "408, RequestTimeout, TRANSIENT, true, true",
    "429, TooManyRequests, THROTTLED, true, true",
    "500, InternalServerError, TRANSIENT, true, true",
    "503, ServiceUnavailable, TRANSIENT, true, true",
  })
  void c11ACallIsRetriedAfterAServerErrorAndWhileItIsThrottled(
      int status, String code, AwsError kind, boolean atStart, boolean retried) {
    AwsServiceException error =
        AwsServiceException.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();

    assertThat(AwsError.of(error)).isEqualTo(kind);
    assertThat(AwsError.of(new CompletionException(error))).isEqualTo(kind);
    assertThat(kind.mayPassAtStart()).isEqualTo(atStart);
    assertThat(kind.isRetried()).isEqualTo(retried);
  }

  @Test
  void aStatusWithoutDetailsIsClassified() {
    AwsServiceException denied = AwsServiceException.builder().statusCode(403).build();

    assertThat(AwsError.of(denied)).isEqualTo(AwsError.DENIED);
    assertThat(AwsError.code(denied)).isEmpty();
  }

  @Test
  void c11AServiceThatIsAwayMayComeBack() {
    assertThat(AwsError.of(client("no", new ConnectException("refused"))))
        .isEqualTo(AwsError.TRANSIENT);
    assertThat(AwsError.of(client("no", new UnknownHostException("x"))))
        .isEqualTo(AwsError.TRANSIENT);
    assertThat(AwsError.of(ApiCallTimeoutException.create(7))).isEqualTo(AwsError.TRANSIENT);
  }

  @Test
  void c11ACertificateThatIsNotTrustedIsFinalAtStart() {
    Throwable untrusted = new SSLHandshakeException("PKIX").initCause(new CertificateException());

    assertThat(AwsError.of(client("no", untrusted))).isEqualTo(AwsError.UNSENT);
    assertThat(AwsError.UNSENT.mayPassAtStart()).isFalse();
    assertThat(AwsError.UNSENT.isRetried()).isTrue();
    assertThat(AwsError.of(new IllegalStateException())).isEqualTo(AwsError.FATAL);
  }

  @Test
  void c11CredentialsThatAServiceGivesMayCome() {
    SdkClientException none =
        client("Unable to load credentials from any of the providers in the chain", null);

    assertThat(AwsError.of(none, Map.of())).isEqualTo(AwsError.UNSENT);
    assertThat(AwsError.of(none, Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://x")))
        .isEqualTo(AwsError.TRANSIENT);
  }

  private static SdkClientException client(String message, Throwable cause) {
    return SdkClientException.builder().message(message).cause(cause).build();
  }
}
