package io.chromasync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.AwsAccess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class AwsProblemTest {

  private static final AwsAccess ACCESS =
      new AwsAccess(
          "eu-west-1",
          URI.create("http://localhost:8000"),
          "source.aws.region",
          "runs.aws.endpoint");
  private static final String PLACE =
      "DynamoDB in region 'eu-west-1' at 'runs.aws.endpoint' http://localhost:8000 ";
  private static final String CHECK = "check 'source.aws.region' and 'runs.aws.endpoint'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|ExpiredTokenException|reports that the credentials have expired; renew them",
        "403|InvalidAccessKeyId|does not recognize the credentials; check the job's role, or"
            + " AWS_ACCESS_KEY_ID, and AWS_SESSION_TOKEN",
        "403|SignatureDoesNotMatch|rejects the signature of the credentials; check the job's role,"
            + " or AWS_ACCESS_KEY_ID, and AWS_SECRET_ACCESS_KEY",
        "403|RequestTimeTooSkewed|reports that this machine's clock is wrong; correct it",
        "400|AccessDeniedException|denies access; the job's role needs dynamodb:Scan on it",
        "403|''|denies access; the job's role needs dynamodb:Scan on it",
        "400|ThrottlingException|throttles requests; try again later",
        "503|ServiceUnavailable|has an internal error (HTTP 503); try again later",
        "400|ResourceNotFoundException|has none: no; check its name, and that the job's role has dynamodb:Scan on it",
        "400|ValidationException|rejects the request: no (ValidationException)",
      })
  void c10WhatAwsAnswersIsSaidInWords(int status, String code, String words) {
    assertThat(describe(refused(status, code))).isEqualTo(PLACE + words);
  }

  @Test
  void c10WhatIsNoAnswerOfAwsIsNotTakenForOne() {
    assertThat(describe(refused(404, "")))
        .isEqualTo(PLACE + "responds with HTTP 404, unlike DynamoDB; " + CHECK);
    assertThat(describe(refused(301, "PermanentRedirect")))
        .isEqualTo(PLACE + "reports that the resource is in another region; " + CHECK);
  }

  @Test
  void c10WhyNothingAnswersIsSaidInWords() {
    assertUnreachable(new UnknownHostException("nowhere.invalid"), "its host is unknown");
    assertUnreachable(new ConnectException("Connection refused"), "nothing listens there");
    assertUnreachable(
        new ConnectException("connection timed out after 2000 ms"), "no response in time");
    assertUnreachable(new SocketTimeoutException("Read timed out"), "no response in time");
    assertUnreachable(
        new SSLHandshakeException("not an SSL/TLS record"),
        "it does not speak TLS there, or its certificate is not trusted");
    assertUnreachable(new IOException("Connection reset by peer"), "the connection broke");
    assertUnreachable(new IOException(), "the connection failed");
    assertUnreachable(new IOException("odd"), "odd");
  }

  @Test
  void c10WhatIsMissingToAskAtAllIsNamed() {
    assertThat(
            describe(
                SdkClientException.create(
                    "Unable to load credentials from any of the providers in the chain")))
        .isEqualTo(
            "There are no AWS credentials; give the job a role, or set AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY");
    assertThat(describe(SdkClientException.create("Unable to load region from any of")))
        .isEqualTo("There is no AWS region; set 'source.aws.region', or AWS_REGION");
  }

  private static void assertUnreachable(Exception cause, String words) {
    SdkClientException wrapped = SdkClientException.create("Unable to execute HTTP request", cause);
    assertThat(describe(new CompletionException(wrapped)))
        .isEqualTo(PLACE + "cannot be reached: " + words + "; " + CHECK);
  }

  private static String describe(Throwable error) {
    return new AwsProblem("DynamoDB", ACCESS, "dynamodb:Scan on it").describe(error);
  }

  private static AwsServiceException refused(int status, String code) {
    AwsErrorDetails details =
        AwsErrorDetails.builder().errorCode(code).errorMessage("no").serviceName("x").build();
    return DynamoDbException.builder().statusCode(status).awsErrorDetails(details).build();
  }
}
