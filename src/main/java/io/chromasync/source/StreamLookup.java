package io.chromasync.source;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.aws.AwsProblem;
import io.chromasync.aws.TableKeys;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * Looks up the configured stream and checks, before the graph is built, that the job can read it. A
 * wrong name or a missing permission is thus reported in one sentence, instead of a stack trace at
 * run time.
 */
public final class StreamLookup {

  private static final Logger LOG = LoggerFactory.getLogger(StreamLookup.class);

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
   * @throws Unready with such a sentence, after a transient error of AWS
   */
  static String find(SourceSettings settings) {
    StreamLookup lookup = new StreamLookup(settings, checked(settings));
    String arn = settings.streamArn() != null ? settings.streamArn() : lookup.ofTable();
    lookup.check(lookup.describe(arn));
    return arn;
  }

  /**
   * Returns the AWS access of the stream, with a region.
   *
   * @throws InvalidSettings if there are no credentials, no region, or another region than the
   *     stream's
   * @throws Unready if the service that provides the credentials does not respond
   */
  public static AwsAccess checked(SourceSettings settings) {
    AwsAccess access = located(settings.access());
    checkCredentials();
    checkRegion(settings.streamArn(), access);
    return access;
  }

  /**
   * Returns the same access with a region, so that JobManager and TaskManagers use the same region.
   *
   * @throws InvalidSettings if neither the settings nor the SDK's default chain name a region
   */
  static AwsAccess located(AwsAccess access) {
    if (access.region() != null) {
      return access;
    }
    try {
      String region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
      return access.in(region);
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
      throw Unready.orInvalid(
          e,
          "The source needs AWS credentials, but the AWS SDK's default chain has none; give the job"
              + " a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
  }

  /**
   * Checks that the region is the stream's region, unless an endpoint is set: a local server may
   * use other region names.
   */
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
    try {
      table = describeTable(settings.table());
    } catch (ResourceNotFoundException e) {
      throw invalid(
          "Property 'table' in group 'source' must be a table in %s but was '%s': there is none"
              .formatted(access.place(), settings.table()),
          e);
    }
    checkKeys(table);
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

  private TableDescription describeTable(String name) {
    try (DynamoDbAsyncClient client = AwsClients.dynamoDb(access, Calls.RETRIED)) {
      return join(
              client.describeTable(request -> request.tableName(name)),
              "dynamodb:DescribeTable on it")
          .table();
    }
  }

  private StreamDescription describe(String arn) {
    try (DynamoDbStreamsAsyncClient client = AwsClients.dynamoDbStreams(access, Calls.RETRIED)) {
      return join(
              client.describeStream(request -> request.streamArn(arn)),
              "dynamodb:DescribeStream on it")
          .streamDescription();
    } catch (ResourceNotFoundException e) {
      throw invalid(
          "%s must be a stream in %s but was '%s': there is none"
              .formatted(property(), access.place(), arn),
          e);
    }
  }

  /**
   * Checks the types of the table's keys, which the description of a stream does not contain. A
   * failed look-up of the table is only logged.
   */
  private void checkKeysOf(String table) {
    TableDescription described;
    try {
      described = describeTable(table);
    } catch (InvalidSettings | ResourceNotFoundException e) {
      LOG.info(
          "The types of the table's keys cannot be looked up; they must be S. table={} detail={}",
          table,
          e.getMessage());
      return;
    }
    checkKeys(described);
  }

  private void checkKeys(TableDescription table) {
    String others = TableKeys.others(table);
    if (others != null) {
      throw invalid(
          "%s must mean a table with %s, but '%s' has %s; the job reads tables with such keys only"
              .formatted(property(), TableKeys.WANTED, table.tableName(), others),
          null);
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
    if (settings.table() == null) {
      checkKeysOf(stream.tableName());
    }
  }

  /**
   * Waits for a response. An error becomes an exception with one sentence, except {@link
   * ResourceNotFoundException}, which is thrown as it is.
   */
  private <T> T join(CompletableFuture<T> answer, String action) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ResourceNotFoundException missing) {
        throw missing;
      }
      throw Unready.orInvalid(
          e,
          "%s cannot be looked up: %s"
              .formatted(property(), new AwsProblem("DynamoDB", access, action).describe(e)));
    }
  }

  private String property() {
    return settings.streamArn() != null
        ? "Property 'stream-arn' in group 'source' ('%s')".formatted(settings.streamArn())
        : "Property 'table' in group 'source' ('%s')".formatted(settings.table());
  }

  private static InvalidSettings invalid(String problem, Throwable cause) {
    InvalidSettings invalid = new InvalidSettings(problem);
    invalid.initCause(cause);
    return invalid;
  }
}
