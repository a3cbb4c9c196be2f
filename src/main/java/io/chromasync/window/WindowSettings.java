package io.chromasync.window;

import io.chromasync.config.PropertyGroup;
import io.chromasync.model.Mutation;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * When the window of a lane closes, and how many lanes there are: the group {@code window}.
 *
 * @param maxAge longest wait of a mutation; processing time
 * @param maxRecords mutations
 * @param maxBytes of the mutations as {@link Mutation#weight} estimates them
 * @param lanes for each collection
 */
public record WindowSettings(Duration maxAge, int maxRecords, long maxBytes, int lanes)
    implements Serializable {

  static final ConfigOption<Duration> MAX_AGE =
      ConfigOptions.key("max-age")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "A window closes at the latest this long after its first mutation. Longer coalesces"
                  + " more changes of one record into one write; what Chroma shows is older by it.");

  static final ConfigOption<Integer> MAX_RECORDS =
      ConfigOptions.key("max-records")
          .intType()
          .defaultValue(500)
          .withDescription(
              "A window closes with this many mutations. Requests of 500 to 1,000 records are the"
                  + " fastest for Chroma.");

  static final ConfigOption<MemorySize> MAX_BYTES =
      ConfigOptions.key("max-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(16))
          .withDescription("A window closes with this many bytes of mutations, vectors included.");

  static final ConfigOption<Integer> LANES =
      ConfigOptions.key("lanes")
          .intType()
          .defaultValue(128)
          .withDescription(
              "Lanes of each collection, fixed for the life of the state. A record always travels one"
                  + " lane, and a lane has one request in flight; at least the largest parallelism"
                  + " the job will ever run with, or tasks stay idle.");

  public static WindowSettings from(PropertyGroup group) {
    WindowSettings settings =
        new WindowSettings(
            group.get(MAX_AGE),
            group.get(MAX_RECORDS),
            group.get(MAX_BYTES).getBytes(),
            group.get(LANES));
    group.check(
        settings.maxAge.compareTo(Duration.ofMillis(1)) >= 0, MAX_AGE, "must be at least 1 ms");
    group.check(settings.maxRecords >= 1, MAX_RECORDS, "must be at least 1");
    group.check(settings.maxBytes >= 1, MAX_BYTES, "must be at least 1 b");
    group.check(settings.lanes >= 1, LANES, "must be at least 1");
    return settings;
  }
}
