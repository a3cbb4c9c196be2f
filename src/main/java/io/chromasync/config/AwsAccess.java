package io.chromasync.config;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.apache.flink.configuration.ConfigOption;

/**
 * Region and endpoint of an AWS service, with the names of their settings. Two instances are equal
 * if region and endpoint are equal, regardless of the settings.
 *
 * @param region AWS region; null = the region of the SDK's default chain
 * @param endpoint URL of the service; null = the endpoint of the region
 * @param regionSetting name of the region's setting, as in {@code source.aws.region}
 * @param endpointSetting name of the endpoint's setting
 */
public record AwsAccess(String region, URI endpoint, String regionSetting, String endpointSetting)
    implements Serializable {

  private static final int MAX_PORT = 65_535;

  /** Creates an access with default names of its settings. */
  public AwsAccess(String region, URI endpoint) {
    this(region, endpoint, "aws.region", "aws.endpoint");
  }

  /** Reads region and endpoint from a group; each is optional. */
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

  /** Returns null if the text is not a URL, or has more than scheme, host and port. */
  private static URI url(String endpoint) {
    try {
      URI url = new URI(endpoint);
      boolean plain = endpoint.matches("https?://[^\\s/:@]+(:\\d+)?/?");
      return plain && url.getHost() != null && url.getPort() <= MAX_PORT ? url : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** Returns this access, with unset values taken from another access. */
  public AwsAccess or(AwsAccess other) {
    AwsAccess ofRegion = region == null ? other : this;
    AwsAccess ofEndpoint = endpoint == null && other.endpoint != null ? other : this;
    return ofRegion.at(ofEndpoint);
  }

  /** Returns the same region with the endpoint of another access. */
  public AwsAccess at(AwsAccess other) {
    return new AwsAccess(region, other.endpoint, regionSetting, other.endpointSetting);
  }

  /** Returns the same endpoint in this region, whatever its origin. */
  public AwsAccess in(String found) {
    return new AwsAccess(found, endpoint, regionSetting, endpointSetting);
  }

  /** Returns the same region without an endpoint. */
  public AwsAccess withoutEndpoint() {
    return new AwsAccess(region, null, regionSetting, endpointSetting);
  }

  /**
   * Returns region and endpoint for messages, as in {@code region 'eu-west-1' at
   * 'source.aws.endpoint' http://localhost:8}.
   */
  public String place() {
    String at = endpoint == null ? "" : " at '%s' %s".formatted(endpointSetting, endpoint);
    return region == null ? "the default region" + at : "region '" + region + "'" + at;
  }

  /**
   * Returns the settings to check if the service is unreachable, as in {@code 'source.aws.region'}.
   */
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
