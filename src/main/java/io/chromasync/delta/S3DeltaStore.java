package io.chromasync.delta;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.aws.AwsProblem;
import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.RunDelta;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Fetches a run's vector batch from S3 into a local folder: the archive {@code delta.tar.gz},
 * unpacked, or else each object under the prefix. No object is read into memory as a whole.
 */
final class S3DeltaStore implements DeltaStore {

  /** Maximum number of objects that S3 lists at once. */
  private static final int PAGE = 1000;

  /** Time limit of one attempt: enough for the largest delta at 1 MB per second. */
  private static final Duration ATTEMPT = Duration.ofMinutes(5);

  private final S3AsyncClient client;
  private final DeltaSettings settings;
  private final int page;
  private final InstantSource clock;

  /**
   * @param client closed with this store
   * @param page number of objects listed at once
   */
  S3DeltaStore(S3AsyncClient client, DeltaSettings settings, int page, InstantSource clock) {
    this.client = client;
    this.settings = settings;
    this.page = page;
    this.clock = clock;
  }

  /** Opens a store with its own client. */
  static S3DeltaStore open(DeltaSettings settings) {
    return new S3DeltaStore(
        AwsClients.s3(settings.access(), Calls.SINGLE), settings, PAGE, InstantSource.system());
  }

  @Override
  public void fetch(RunDelta delta, Path folder) throws UnusableDelta, Unavailable {
    DeltaLocation location = DeltaLocation.of(delta, settings.bucket());
    Deadline deadline = Deadline.in(ATTEMPT, clock);
    if (!fetchArchive(location, folder, deadline)) {
      fetchObjects(location, folder, deadline);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** Returns true if the archive exists. */
  private boolean fetchArchive(DeltaLocation location, Path folder, Deadline deadline)
      throws UnusableDelta, Unavailable {
    String uri = location.uri(location.archive());
    try (InputStream packed = open(location, location.archive(), null, deadline)) {
      if (packed == null) {
        return false;
      }
      DeltaFiles files = new DeltaFiles(folder, uri, settings.maxSize());
      new Archive(uri, settings.maxSize()).unpack(packed, files);
      return true;
    } catch (IOException e) {
      throw unavailable(uri, e);
    }
  }

  private void fetchObjects(DeltaLocation location, Path folder, Deadline deadline)
      throws UnusableDelta, Unavailable {
    String origin = location.uri(location.prefix());
    DeltaFiles files = new DeltaFiles(folder, origin, settings.maxSize());
    List<S3Object> objects = list(location, files, deadline);
    if (objects.isEmpty()) {
      throw UnusableDelta.incomplete(
          "There is no delta at %s: neither delta.tar.gz nor anything else; it may have expired"
              .formatted(origin));
    }
    for (S3Object object : objects) {
      String uri = location.uri(object.key());
      try (InputStream content = open(location, object.key(), object.eTag(), deadline)) {
        if (content == null) {
          throw new Unavailable(uri + " was deleted while its delta was read", null);
        }
        files.add(location.name(object.key()), content);
      } catch (IOException e) {
        throw unavailable(uri, e);
      }
    }
  }

  /** Lists all objects under the prefix, except empty objects that only represent a folder. */
  private List<S3Object> list(DeltaLocation location, DeltaFiles files, Deadline deadline)
      throws UnusableDelta, Unavailable {
    List<S3Object> objects = new ArrayList<>();
    String next = null;
    do {
      ListObjectsV2Response response = list(location, next, deadline);
      for (S3Object object : response.contents()) {
        files.announce(location.name(object.key()), object.size());
        if (!object.key().endsWith("/") || object.size() > 0) {
          objects.add(object);
        }
      }
      next = response.nextContinuationToken();
    } while (next != null);
    return objects;
  }

  private ListObjectsV2Response list(DeltaLocation location, String from, Deadline deadline)
      throws UnusableDelta, Unavailable {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(location.bucket())
            .prefix(location.prefix())
            .maxKeys(page)
            .continuationToken(from)
            .build();
    String uri = location.uri(location.prefix());
    deadline.check(uri);
    try {
      return join(client.listObjectsV2(request), uri);
    } catch (NoSuchKeyException none) {
      // Response of servers that treat a prefix as a folder.
      return ListObjectsV2Response.builder().build();
    }
  }

  /**
   * Opens the content of an object; null if it does not exist.
   *
   * @param version required entity tag; null = any
   */
  private InputStream open(DeltaLocation location, String key, String version, Deadline deadline)
      throws UnusableDelta, Unavailable {
    String uri = location.uri(key);
    deadline.check(uri);
    try {
      InputStream content =
          join(
              client.getObject(
                  request -> request.bucket(location.bucket()).key(key).ifMatch(version),
                  AsyncResponseTransformer.toBlockingInputStream()),
              uri);
      return new ObjectStream(content, uri, deadline);
    } catch (NoSuchKeyException none) {
      return null;
    }
  }

  private <T> T join(CompletableFuture<T> answer, String uri) throws UnusableDelta, Unavailable {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unavailable("Interrupted while %s was requested".formatted(uri), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AwsServiceException error) {
        if (S3Errors.isMissing(error)) {
          throw NoSuchKeyException.builder().message(uri).cause(error).build();
        }
        throw S3Errors.of(uri, settings, error);
      }
      if (e.getCause() instanceof Error fatal) {
        throw fatal;
      }
      throw new Unavailable(
          "%s cannot be read: %s"
              .formatted(
                  uri, new AwsProblem("S3", settings.access(), "s3:GetObject on it").describe(e)),
          e.getCause());
    }
  }

  private static Unavailable unavailable(String uri, IOException e) {
    return e instanceof Unavailable known
        ? known
        : new Unavailable("%s cannot be read (%s)".formatted(uri, e.getMessage()), e);
  }
}
