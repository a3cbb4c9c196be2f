package io.chromasync.config;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.apache.flink.configuration.ConfigOption;

/**
 * How an AWS service is reached. Two are equal if they reach the same, whatever set them.
 *
 * @param region null = that of the SDK's default chain
 * @param endpoint null = the region's own
 * @param regionSetting what sets the region, as in {@code source.aws.region}
 * @param endpointSetting what sets the endpoint
 */
public record AwsAccess(String region, URI endpoint, String regionSetting, String endpointSetting)
    implements Serializable {

  private static final int MAX_PORT = 65_535;

  /** One that nothing is known of but what it reaches. */
  public AwsAccess(String region, URI endpoint) {
    this(region, endpoint, "aws.region", "aws.endpoint");
  }

  /** Reads both from a group; neither needs to be set. */
  public static AwsAccess from(
      PropertyGroup group, ConfigOption<String> regionOption, ConfigOption<String> endpointOption) {
    String region = group.get(regionOption);
    String endpoint = group.get(endpointOption);
    group.check(region == null || !region.isBlank(), regionOption, "must not be blank");
    group.check(
        region == null || region.isBlank() || region.matches("[a-z0-9-]+"),
        regionOption,
        "must be a region such as eu-west-1");
    URI url = endpoint == null ? null : url(endpoint);
    boolean isUrl = endpoint == null || url != null;
    if (!isUrl && endpoint.contains("@")) {
      group.checkUnseen(false, endpointOption, "must hold no user and password");
    } else {
      group.check(isUrl, endpointOption, "must be a URL such as http://localhost:8000");
    }
    return new AwsAccess(region, url, group.nameOf(regionOption), group.nameOf(endpointOption));
  }

  /** Null if it is none, or more than scheme, host and port. */
  private static URI url(String endpoint) {
    try {
      URI url = new URI(endpoint);
      boolean plain = endpoint.matches("https?://[^\\s/:@]+(:\\d+)?/?");
      return plain && url.getHost() != null && url.getPort() <= MAX_PORT ? url : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** This, with what it does not say taken from another. */
  public AwsAccess or(AwsAccess other) {
    AwsAccess ofRegion = region == null ? other : this;
    AwsAccess ofEndpoint = endpoint == null && other.endpoint != null ? other : this;
    return ofRegion.at(ofEndpoint);
  }

  /** The same region, at the endpoint of another. */
  public AwsAccess at(AwsAccess other) {
    return new AwsAccess(region, other.endpoint, regionSetting, other.endpointSetting);
  }

  /** The same endpoint, in this region, whatever gave it. */
  public AwsAccess in(String found) {
    return new AwsAccess(found, endpoint, regionSetting, endpointSetting);
  }

  /** The same region at its own endpoint. */
  public AwsAccess withoutEndpoint() {
    return new AwsAccess(region, null, regionSetting, endpointSetting);
  }

  /** For messages, as in {@code region 'eu-west-1' at 'source.aws.endpoint' http://localhost:8}. */
  public String place() {
    String at = endpoint == null ? "" : " at '%s' %s".formatted(endpointSetting, endpoint);
    return region == null ? "the default region" + at : "region '" + region + "'" + at;
  }

  /** What to check where it is not reached, as in {@code 'source.aws.region'}. */
  public String settings() {
    return endpoint == null
        ? "'%s' and the network".formatted(regionSetting)
        : "'%s' and '%s'".formatted(regionSetting, endpointSetting);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AwsAccess access
        && Objects.equals(region, access.region)
        && Objects.equals(endpoint, access.endpoint);
  }

  @Override
  public int hashCode() {
    return Objects.hash(region, endpoint);
  }
}
