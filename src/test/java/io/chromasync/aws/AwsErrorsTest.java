package io.chromasync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, true",
    "400, ProvisionedThroughputExceededException, true",
    "400, AccessDeniedException, false",
    "400, ResourceNotFoundException, false",
    "400, ExpiredTokenException, false",
    "403, InvalidSignatureException, false",
    "404, NoSuchBucket, false",
    "408, RequestTimeout, true",
    "429, TooManyRequests, true",
    "500, InternalServerError, true",
    "503, SlowDown, true",
  })
  void c11AServiceIsAskedAgainWhenItIsIllOrThrottles(int status, String code, boolean again) {
    AwsServiceException error =
        AwsServiceException.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();

    assertThat(AwsErrors.isTransient(error)).isEqualTo(again);
  }

  @Test
  void c11AServiceThatIsAwayMayComeBack() {
    assertThat(AwsErrors.isTransient(client("no", new ConnectException("refused")))).isTrue();
    assertThat(AwsErrors.isTransient(client("no", new UnknownHostException("x")))).isTrue();
    assertThat(AwsErrors.isTransient(ApiCallTimeoutException.create(7))).isTrue();
  }

  @Test
  void c11ACertificateThatIsNotTrustedIsFinal() {
    Throwable untrusted = new SSLHandshakeException("PKIX").initCause(new CertificateException());

    assertThat(AwsErrors.isTransient(client("no", untrusted))).isFalse();
    assertThat(AwsErrors.isTransient(new IllegalStateException())).isFalse();
  }

  @Test
  void c11CredentialsThatAServiceGivesMayCome() {
    SdkClientException none =
        client("Unable to load credentials from any of the providers in the chain", null);

    assertThat(AwsErrors.isTransient(none, Map.of())).isFalse();
    assertThat(
            AwsErrors.isTransient(none, Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://x")))
        .isTrue();
  }

  private static SdkClientException client(String message, Throwable cause) {
    return SdkClientException.builder().message(message).cause(cause).build();
  }
}
