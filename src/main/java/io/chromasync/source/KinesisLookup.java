package io.chromasync.source;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Finds the Kinesis data stream that the settings mean, like {@link StreamLookup}. */
final class KinesisLookup {

  private final String arn;
  private final AwsAccess access;

  private KinesisLookup(SourceSettings settings, AwsAccess access) {
    this.arn = settings.streamArn();
    this.access = access;
  }

  /**
   * Returns the stream, with how long it keeps records and when it was made.
   *
   * @param filter which items are wanted
   * @throws InvalidSettings with one sentence that names the setting and its value
   */
  static ItemChanges.Found find(SourceSettings settings, ItemFilter filter) {
    AwsAccess access = StreamLookup.checked(settings);
    StreamDescriptionSummary stream = new KinesisLookup(settings, access).describe();
    return new ItemChanges.Found(
        settings.streamArn(),
        new KinesisStream.Factory(
            access,
            settings.table(),
            filter,
            Duration.ofHours(stream.retentionPeriodHours()),
            stream.streamCreationTimestamp()));
  }

  private StreamDescriptionSummary describe() {
    StreamDescriptionSummary stream;
    try (KinesisAsyncClient client = KinesisClients.patient(access)) {
      stream =
          client
              .describeStreamSummary(request -> request.streamARN(arn))
              .join()
              .streamDescriptionSummary();
    } catch (CompletionException e) {
      throw invalid(problem(e.getCause()), e.getCause());
    }
    if (stream.streamStatus() == StreamStatus.DELETING) {
      throw invalid("must be a stream that is not being deleted", null);
    }
    return stream;
  }

  private String problem(Throwable error) {
    if (error instanceof ResourceNotFoundException) {
      return "must be a stream in %s, but there is none".formatted(access.place());
    }
    if (error instanceof AwsServiceException refused) {
      return "cannot be looked up: %s refused with %s; check the credentials' rights and 'aws.region'"
          .formatted(access.place(), refused.getMessage());
    }
    return "cannot be looked up: %s cannot be reached (%s); check 'aws.region' and 'aws.endpoint'"
        .formatted(access.place(), error.getMessage());
  }

  private InvalidSettings invalid(String problem, Throwable cause) {
    InvalidSettings invalid =
        new InvalidSettings(
            "Property 'stream-arn' in group 'source' ('%s') %s".formatted(arn, problem));
    invalid.initCause(cause);
    return invalid;
  }
}
