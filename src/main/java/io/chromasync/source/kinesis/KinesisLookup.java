package io.chromasync.source.kinesis;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.aws.AwsError;
import io.chromasync.aws.AwsProblem;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.source.ItemChanges;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.SourceSettings;
import io.chromasync.source.StreamLookup;
import io.chromasync.start.Unready;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Looks up the configured Kinesis data stream, like {@link StreamLookup}. */
public final class KinesisLookup {

  private final String arn;
  private final AwsAccess access;

  private KinesisLookup(SourceSettings settings, AwsAccess access) {
    this.arn = settings.streamArn();
    this.access = access;
  }

  /**
   * Returns the stream, with its retention and creation time.
   *
   * @param filter selects the changes whose items are needed
   * @throws InvalidSettings with one sentence that names the setting and its value
   * @throws Unready with such a sentence, after a transient error of Kinesis
   */
  public static ItemChanges.Found find(SourceSettings settings, ItemFilter filter) {
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
    try (KinesisAsyncClient client = AwsClients.kinesis(access, Calls.RETRIED)) {
      stream =
          client
              .describeStreamSummary(request -> request.streamARN(arn))
              .join()
              .streamDescriptionSummary();
    } catch (CompletionException | SdkClientException e) {
      throw Unready.orInvalid(e, sentence(problem(AwsError.unwrapped(e))));
    }
    if (stream.streamStatus() == StreamStatus.DELETING) {
      throw new InvalidSettings(sentence("must be a stream that is not being deleted"));
    }
    return stream;
  }

  private String problem(Throwable error) {
    if (error instanceof ResourceNotFoundException) {
      return "must be a stream in %s, but there is none".formatted(access.place());
    }
    return "cannot be looked up: "
        + new AwsProblem("Kinesis", access, "kinesis:DescribeStreamSummary on it").describe(error);
  }

  private String sentence(String problem) {
    return "Property 'stream-arn' in group 'source' ('%s') %s".formatted(arn, problem);
  }
}
