package io.chromasync.aws;

import io.chromasync.config.AwsAccess;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** Configures AWS clients from the settings; credentials come from the SDK's default chain. */
public final class ClientBuilders {

  private ClientBuilders() {}

  /**
   * Sets region and endpoint of a builder and returns it; an unset value leaves the SDK's default.
   */
  public static <B extends AwsClientBuilder<B, C>, C> B configured(B builder, AwsAccess access) {
    if (access.region() != null) {
      builder.region(Region.of(access.region()));
    }
    if (access.endpoint() != null) {
      builder.endpointOverride(access.endpoint());
    }
    return builder;
  }
}
