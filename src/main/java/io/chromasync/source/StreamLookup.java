package io.chromasync.source;

import io.chromasync.aws.AwsErrors;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * Finds the stream that the settings mean, and checks that the job can live on it, before there is
 * a graph: a wrong name or a missing right is one sentence now and a stack trace later.
 */
final class StreamLookup {

  private final SourceSettings settings;
  private final AwsAccess access;

  private StreamLookup(SourceSettings settings, AwsAccess access) {
    this.settings = settings;
    this.access = access;
  }

  /**
   * Returns the ARN of the stream.
   *
   * @throws InvalidSettings with one sentence that names the setting and its value
   * @throws Unready likewise, if AWS does not say for now
   */
  static String find(SourceSettings settings) {
    StreamLookup lookup = new StreamLookup(settings, checked(settings));
    String arn = settings.streamArn() != null ? settings.streamArn() : lookup.ofTable();
    lookup.check(lookup.describe(arn));
    return arn;
  }

  /**
   * How the stream is reached, with a region.
   *
   * @throws InvalidSettings if there are no credentials, or no region, or it is not the stream's
   */
  static AwsAccess checked(SourceSettings settings) {
    AwsAccess access = located(settings.access());
    checkCredentials();
    checkRegion(settings.streamArn(), access);
    return access;
  }

  /**
   * The same access with a region, so that JobManager and TaskManagers mean the same one.
   *
   * @throws InvalidSettings if neither the settings nor the SDK's default chain name a region
   */
  static AwsAccess located(AwsAccess access) {
    if (access.region() != null) {
      return access;
    }
    try {
      String region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
      return new AwsAccess(region, access.endpoint());
    } catch (SdkClientException e) {
      throw invalid(
          "Property 'aws.region' in group 'source' is required but not set, and there is no region"
              + " in AWS_REGION, in a profile of the AWS CLI, or of the machine",
          e);
    }
  }

  private static void checkCredentials() {
    try (DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build()) {
      credentials.resolveCredentials();
    } catch (SdkClientException e) {
      throw refusal(
          e,
          "The source needs AWS credentials, but the AWS SDK's default chain has none; give the job"
              + " a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
  }

  /** A stream is read where it is; only a local server calls its regions otherwise. */
  private static void checkRegion(String streamArn, AwsAccess access) {
    if (access.endpoint() != null || streamArn == null) {
      return;
    }
    String region = streamArn.split(":", 6)[3];
    if (!region.equals(access.region())) {
      throw new InvalidSettings(
          ("Property 'aws.region' in group 'source' must be the region of 'stream-arn', '%s', but"
                  + " was '%s'")
              .formatted(region, access.region()));
    }
  }

  private String ofTable() {
    TableDescription table;
    try (DynamoDbAsyncClient client = DynamoDbClients.tables(access)) {
      table = join(client.describeTable(request -> request.tableName(settings.table()))).table();
    } catch (ResourceNotFoundException e) {
      throw invalid(
          "Property 'table' in group 'source' must be a table in %s but was '%s': there is none"
              .formatted(place(), settings.table()),
          e);
    }
    boolean streams =
        table.streamSpecification() != null && table.streamSpecification().streamEnabled();
    if (!streams || table.latestStreamArn() == null) {
      throw invalid(
          ("Property 'table' in group 'source' must be a table with a stream, but '%s' has its stream"
                  + " switched off; switch it on with NEW_AND_OLD_IMAGES")
              .formatted(settings.table()),
          null);
    }
    return table.latestStreamArn();
  }

  private StreamDescription describe(String arn) {
    try (DynamoDbStreamsAsyncClient client = DynamoDbClients.patientStreams(access)) {
      return join(client.describeStream(request -> request.streamArn(arn))).streamDescription();
    } catch (ResourceNotFoundException e) {
      throw invalid(
          "%s must be a stream in %s but was '%s': there is none"
              .formatted(property(), place(), arn),
          e);
    }
  }

  private void check(StreamDescription stream) {
    StreamStatus status = stream.streamStatus();
    if (status != StreamStatus.ENABLED && status != StreamStatus.ENABLING) {
      throw new InvalidSettings(
          "%s must mean a stream that is switched on, but '%s' is %s"
              .formatted(property(), stream.streamArn(), stream.streamStatusAsString()));
    }
    Set<StreamViewType> good = Set.of(StreamViewType.NEW_IMAGE, StreamViewType.NEW_AND_OLD_IMAGES);
    if (!good.contains(stream.streamViewType())) {
      throw invalid(
          ("%s must mean a stream of view type NEW_AND_OLD_IMAGES (or NEW_IMAGE), but '%s' has %s;"
                  + " switch the stream off and on again with that type")
              .formatted(property(), stream.streamArn(), stream.streamViewTypeAsString()),
          null);
    }
    if (!isKey(stream, KeyType.HASH, StreamRecords.PARTITION_KEY)
        || !isKey(stream, KeyType.RANGE, StreamRecords.SORT_KEY)) {
      throw new InvalidSettings(
          "%s must mean a table with partition key PK and sort key SK, but '%s' has %s"
              .formatted(property(), stream.tableName(), keys(stream)));
    }
  }

  private static boolean isKey(StreamDescription stream, KeyType type, String name) {
    return stream.keySchema().stream()
        .anyMatch(key -> key.keyType() == type && key.attributeName().equals(name));
  }

  private static String keys(StreamDescription stream) {
    return stream.keySchema().stream()
        .map((KeySchemaElement key) -> key.attributeName() + " (" + key.keyTypeAsString() + ")")
        .toList()
        .toString();
  }

  /** Waits for an answer; whatever keeps it from coming is a sentence. */
  private <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ResourceNotFoundException missing) {
        throw missing;
      }
      throw refusal(e.getCause(), problem(e.getCause()));
    } catch (SdkClientException e) {
      throw refusal(e, problem(e));
    }
  }

  private String problem(Throwable error) {
    return error instanceof AwsServiceException refused
        ? "%s cannot be looked up: %s refused with %s; check the credentials' rights and 'aws.region'"
            .formatted(property(), place(), refused.getMessage())
        : "%s cannot be looked up: %s cannot be reached (%s); check 'aws.region' and 'aws.endpoint'"
            .formatted(property(), place(), AwsErrors.said(error));
  }

  private String property() {
    return settings.streamArn() != null
        ? "Property 'stream-arn' in group 'source' ('%s')".formatted(settings.streamArn())
        : "Property 'table' in group 'source' ('%s')".formatted(settings.table());
  }

  private String place() {
    return access.endpoint() == null
        ? "region '" + access.region() + "'"
        : "region '" + access.region() + "' at 'aws.endpoint' " + access.endpoint();
  }

  /** What may pass by itself, or is final. */
  static RuntimeException refusal(Throwable error, String problem) {
    return AwsErrors.isTransient(error) ? new Unready(problem) : invalid(problem, error);
  }

  private static InvalidSettings invalid(String problem, Throwable cause) {
    InvalidSettings invalid = new InvalidSettings(problem);
    invalid.initCause(cause);
    return invalid;
  }
}
