package io.chromasync.snapshot;

import io.chromasync.config.AwsAccess;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * The objects of exports in S3. What may pass is tried again; what will not is a {@link BadExport}.
 * The codes are those of <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error responses</a>.
 *
 * <p>Thread-safe; calls block, and an interrupt ends them.
 */
final class ExportObjects implements AutoCloseable {

  /** Until the answer begins. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private static final int DENIED = 403;
  private static final int NOT_FOUND = 404;
  private static final int TIMED_OUT = 408;
  private static final int THROTTLED = 429;
  private static final int SERVER = 500;

  /** Refusals in the form of a client's fault that time may mend. */
  private static final Set<String> PASSING =
      Set.of(
          "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "SlowDown", "ExpiredToken");

  private final S3AsyncClient client;
  private final AwsAccess access;
  private final ObjectPatience patience;

  private ExportObjects(S3AsyncClient client, AwsAccess access, ObjectPatience patience) {
    this.client = client;
    this.access = access;
    this.patience = patience;
  }

  /** With a client of its own; credentials are those of the SDK's default chain. */
  static ExportObjects open(AwsAccess access, ObjectPatience patience) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            // A local server has no names for its buckets' hosts.
            .forcePathStyle(access.endpoint() != null)
            // ObjectStream tries again, also in the middle of an object.
            .overrideConfiguration(
                o -> o.apiCallTimeout(CALL).retryStrategy(AwsRetryStrategy.doNotRetry()));
    if (access.region() != null) {
      builder.region(Region.of(access.region()));
    }
    if (access.endpoint() != null) {
      builder.endpointOverride(access.endpoint());
    }
    return new ExportObjects(builder.build(), access, patience);
  }

  /** The content of an object; reading it throws {@link FileNotFoundException} if there is none. */
  InputStream stream(String bucket, String key) {
    return new ObjectStream(uri(bucket, key), offset -> get(bucket, key, offset), patience);
  }

  /**
   * A small object.
   *
   * @param most bytes that it may have
   * @return null if there is none
   */
  byte[] read(String bucket, String key, int most) throws IOException {
    try (InputStream content = stream(bucket, key)) {
      byte[] bytes = content.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new BadExport(
            "%s is larger than %,d bytes, which no export has".formatted(uri(bucket, key), most));
      }
      return bytes;
    } catch (FileNotFoundException none) {
      return null;
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private InputStream get(String bucket, String key, long offset) throws IOException {
    String range = offset == 0 ? null : "bytes=" + offset + "-";
    CompletableFuture<? extends InputStream> answer =
        client.getObject(
            request -> request.bucket(bucket).key(key).range(range),
            AsyncResponseTransformer.toBlockingInputStream());
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while %s was read".formatted(key));
    } catch (ExecutionException e) {
      throw failure(uri(bucket, key), e.getCause());
    }
  }

  private IOException failure(String uri, Throwable failure) {
    if (failure instanceof NoSuchKeyException none) {
      return noSuchObject(uri, none);
    }
    if (failure instanceof AwsServiceException refused) {
      return refusal(uri, refused);
    }
    if (failure instanceof AbortedException) {
      Thread.currentThread().interrupt();
      return new InterruptedIOException("Interrupted while %s was read".formatted(uri));
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return new IOException(
        "S3 in %s cannot be reached (%s); check 'aws.region' and 'aws.endpoint'"
            .formatted(access.place(), failure.getMessage()),
        failure);
  }

  private IOException refusal(String uri, AwsServiceException refused) {
    String code = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
    String said = "S3 in %s says %s: %s".formatted(access.place(), code, refused.getMessage());
    int status = refused.statusCode();
    boolean passes =
        status >= SERVER
            || status == TIMED_OUT
            || status == THROTTLED
            || (code != null && PASSING.contains(code));
    return passes
        ? new IOException(said, refused)
        : new BadExport("%s cannot be read: %s%s".formatted(uri, said, remedy(status)), refused);
  }

  private static String remedy(int status) {
    return switch (status) {
      case DENIED ->
          "; whoever runs this needs s3:GetObject on it, and s3:ListBucket on its bucket to be told"
              + " what is not there";
      case NOT_FOUND -> "; check the bucket, 'aws.region' and 'aws.endpoint'";
      default -> "; check the URI, 'aws.region' and the storage class of the object";
    };
  }

  private static FileNotFoundException noSuchObject(String uri, NoSuchKeyException cause) {
    FileNotFoundException none = new FileNotFoundException("There is no " + uri);
    none.initCause(cause);
    return none;
  }

  private static String uri(String bucket, String key) {
    return "s3://" + bucket + "/" + key;
  }
}
