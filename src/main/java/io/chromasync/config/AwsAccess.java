package io.chromasync.config;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.flink.configuration.ConfigOption;

/**
 * How an AWS service is reached.
 *
 * @param region null = that of the SDK's default chain
 * @param endpoint null = the region's own
 */
public record AwsAccess(String region, URI endpoint) implements Serializable {

  private static final int MAX_PORT = 65_535;

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
    return new AwsAccess(region, url);
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
    return new AwsAccess(
        region == null ? other.region : region, endpoint == null ? other.endpoint : endpoint);
  }

  /** For messages, as in {@code region 'eu-west-1' at 'aws.endpoint' http://localhost:8000}. */
  public String place() {
    String at = endpoint == null ? "" : " at 'aws.endpoint' " + endpoint;
    return region == null ? "the default region" + at : "region '" + region + "'" + at;
  }
}
