package io.chromasync.config;

import java.io.Serializable;
import java.net.URI;
import org.apache.flink.configuration.ConfigOption;

/**
 * How an AWS service is reached.
 *
 * @param region null = that of the SDK's default chain
 * @param endpoint null = the region's own
 */
public record AwsAccess(String region, URI endpoint) implements Serializable {

  /** Reads both from a group; neither needs to be set. */
  public static AwsAccess from(
      PropertyGroup group, ConfigOption<String> regionOption, ConfigOption<String> endpointOption) {
    String region = group.get(regionOption);
    String endpoint = group.get(endpointOption);
    group.check(region == null || !region.isBlank(), regionOption, "must not be blank");
    boolean isUrl = endpoint == null || endpoint.matches("https?://[^\\s/:@]+(:\\d+)?/?");
    if (!isUrl && endpoint.contains("@")) {
      group.checkUnseen(false, endpointOption, "must hold no user and password");
    } else {
      group.check(isUrl, endpointOption, "must be a URL such as http://localhost:8000");
    }
    return new AwsAccess(region, endpoint == null || !isUrl ? null : URI.create(endpoint));
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
