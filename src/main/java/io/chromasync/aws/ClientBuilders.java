package io.chromasync.aws;

import io.chromasync.config.AwsAccess;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** Points clients where the settings say; credentials are those of the SDK's default chain. */
public final class ClientBuilders {

  private ClientBuilders() {}

  /** The builder, told region and endpoint; what is not set stays the SDK's own. */
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
