package io.chromasync.source;

import io.chromasync.testing.TestCredentials;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * Keeps one client open for the life of the test JVM: the SDK's event loops are shared, and end
 * with two seconds of silence whenever the last client closes.
 */
public final class WarmNetty {

  private static DynamoDbStreamsAsyncClient client;

  private WarmNetty() {}

  public static synchronized void up() {
    TestCredentials.use();
    if (client == null) {
      client = DynamoDbStreamsAsyncClient.create();
    }
  }
}
