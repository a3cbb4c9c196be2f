package io.chromasync.snapshot.export;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.aws.AwsProblem;
import io.chromasync.config.AwsAccess;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Objects in S3, with the SDK's retries. */
public final class S3Objects implements ObjectStore {

  private static final String ACTIONS = "s3:GetObject on it and s3:ListBucket on its bucket";

  private final S3AsyncClient client;
  private final AwsAccess access;

  private S3Objects(S3AsyncClient client, AwsAccess access) {
    this.client = client;
    this.access = access;
  }

  /** Opens a store with a new client, which the store closes. */
  public static S3Objects open(AwsAccess access) {
    return new S3Objects(AwsClients.s3(access, Calls.RETRIED_EACH), access);
  }

  @Override
  public InputStream open(String bucket, String key) throws IOException {
    CompletableFuture<ResponseInputStream<GetObjectResponse>> answer =
        client.getObject(
            request -> request.bucket(bucket).key(key),
            AsyncResponseTransformer.toBlockingInputStream());
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("Reading s3://%s/%s was interrupted".formatted(bucket, key), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NoSuchKeyException) {
        return null;
      }
      throw failure("s3://%s/%s".formatted(bucket, key), e.getCause());
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private IOException failure(String uri, Throwable cause) {
    String problem = new AwsProblem("S3", access, ACTIONS).describe(cause);
    return new IOException("%s cannot be read: %s".formatted(uri, problem), cause);
  }
}
