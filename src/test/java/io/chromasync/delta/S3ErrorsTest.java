package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.testing.Loopback;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3 says when it does not give an object, as it says it on the wire. */
class S3ErrorsTest {

  @TempDir private Path folder;

  private static HttpServer server;
  private static S3DeltaStore deltas;
  private static volatile int status;
  private static volatile byte[] body = new byte[0];
  private static volatile long length;

  @BeforeAll
  static void start() throws IOException {
    TestCredentials.use();
    server = Loopback.server();
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/xml");
          exchange.sendResponseHeaders(status, length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    deltas = S3DeltaStore.open(settings());
  }

  @AfterAll
  static void stop() {
    deltas.close();
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError",
    "503, SlowDown",
    "503, ServiceUnavailable",
    "400, RequestTimeout",
    "403, RequestTimeTooSkewed",
    "400, ExpiredToken",
    "403, InvalidAccessKeyId",
    "403, SignatureDoesNotMatch",
    "409, OperationAborted"
  })
  void aBadMomentPasses(int code, String error) {
    answer(code, error);

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOf(Unavailable.class)
        .hasMessageStartingWith("s3://deltas/p/delta.tar.gz cannot be read");
  }

  @Test
  void deniedAccessIsTriedAgainAndSaysWhatToCheck() {
    answer(403, "AccessDenied");

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("the job's role needs s3:GetObject on it and s3:ListBucket");
  }

  /** A role that may not list the bucket is denied what is not there. */
  @Test
  void c14DeniedAccessMayMeanThatTheDeltaIsNotThereYet() {
    answer(403, "AccessDenied");

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOfSatisfying(
            Unavailable.class, denied -> assertThat(denied.mayBeMissing()).isTrue());

    answer(403, "InvalidAccessKeyId");

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOfSatisfying(
            Unavailable.class, unknown -> assertThat(unknown.mayBeMissing()).isFalse());
  }

  @ParameterizedTest
  @CsvSource({"NoSuchKey", "NotFound", "''"})
  void c14WhateverIsNotFoundMayStillCome(String code) {
    answer(404, code);

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOfSatisfying(UnusableDelta.class, bad -> assertThat(bad.isIncomplete()).isTrue())
        .hasMessageStartingWith("There is no delta at s3://deltas/p/");
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket, 'delta.bucket'",
    "400, InvalidBucketName, 'delta.bucket'",
    "400, KeyTooLongError, the run's prefix",
    "403, InvalidObjectState, its storage class",
    "301, PermanentRedirect, 'delta.aws.region'",
    "400, AuthorizationHeaderMalformed, 'delta.aws.region'"
  })
  void whatTimeDoesNotMendIsABadDeltaAndSaysWhatToCheck(int code, String error, String remedy) {
    answer(code, error);

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageStartingWith("s3://deltas/p/delta.tar.gz cannot be read")
        .hasMessageContaining(remedy);
  }

  /** As servers say to which a prefix is a folder. */
  @Test
  void aListingOfNothingThatIsRefusedIsNoDelta() {
    answer(404, "NoSuchKey");

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageStartingWith("There is no delta at s3://deltas/p/");
  }

  @Test
  void anObjectThatDripsIsGivenUpAndTriedAgain() {
    byte[] whole = new TarGz().file("a", new byte[1 << 20]).bytes();
    status = 200;
    length = whole.length;
    body = whole;
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    InstantSource minutes = () -> now.getAndUpdate(each -> each.plus(Duration.ofMinutes(4)));
    try (S3DeltaStore slow =
        new S3DeltaStore(
            AwsClients.s3(settings().access(), Calls.SINGLE), settings(), 1_000, minutes)) {
      assertThatThrownBy(() -> slow.fetch(SampleRuns.words("1", "p"), folder))
          .isInstanceOf(Unavailable.class)
          .hasMessageStartingWith("s3://deltas/p/delta.tar.gz did not arrive in time");
    }
  }

  @Test
  void aConnectionThatBreaksInTheMiddlePasses() {
    byte[] whole = new TarGz().file("a", "1").bytes();
    status = 200;
    length = whole.length;
    body = Arrays.copyOf(whole, whole.length / 2);

    assertThatThrownBy(() -> deltas.fetch(SampleRuns.words("1", "p"), folder))
        .isInstanceOf(Unavailable.class);
  }

  private static DeltaSettings settings() {
    return SampleRuns.settings(
        Map.of(
            "bucket",
            "deltas",
            "aws.region",
            TestCredentials.REGION,
            "aws.endpoint",
            "http://127.0.0.1:" + server.getAddress().getPort()));
  }

  private void answer(int code, String error) {
    status = code;
    body =
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>no</Message></Error>"
            .formatted(error)
            .getBytes(StandardCharsets.UTF_8);
    length = body.length;
  }
}
