package io.chromasync.chroma.window;

import io.chromasync.config.PropertyGroup;
import io.chromasync.model.Mutation;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Linger and bounds of pending writes: the group {@code window}.
 *
 * @param maxAge longest linger of a mutation, in processing time
 * @param maxRecords number of pending mutations that ends every linger
 * @param maxBytes estimated size of pending mutations that ends every linger, in bytes as in {@link
 *     Mutation#estimatedBytes}
 */
public record WindowSettings(Duration maxAge, int maxRecords, long maxBytes)
    implements Serializable {

  static final ConfigOption<Duration> MAX_AGE =
      ConfigOptions.key("max-age")
          .durationType()
          .defaultValue(Duration.ofMillis(200))
          .withDescription(
              "Linger: maximum delay of a write after its first change arrived, unless Chroma is"
                  + " busy with other writes. A longer linger coalesces more changes of one record"
                  + " into one write; the data in Chroma is older by the linger.");

  static final ConfigOption<Integer> MAX_RECORDS =
      ConfigOptions.key("max-records")
          .intType()
          .defaultValue(500)
          .withDescription(
              "Number of pending writes in a task that ends every linger. Chroma is fastest with"
                  + " requests of 500 to 1,000 records.");

  static final ConfigOption<MemorySize> MAX_BYTES =
      ConfigOptions.key("max-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(16))
          .withDescription(
              "Estimated size of the pending writes in a task, vectors included, that ends every"
                  + " linger.");

  /** Reads and checks the group. Problems are collected in the group, not thrown. */
  public static WindowSettings from(PropertyGroup group) {
    WindowSettings settings =
        new WindowSettings(
            group.get(MAX_AGE), group.get(MAX_RECORDS), group.get(MAX_BYTES).getBytes());
    group.retired("lanes", "order is kept per record, so leave it out");
    group.check(
        settings.maxAge.compareTo(Duration.ofMillis(1)) >= 0, MAX_AGE, "must be at least 1 ms");
    group.check(settings.maxRecords >= 1, MAX_RECORDS, "must be at least 1");
    group.check(settings.maxBytes >= 1, MAX_BYTES, "must be at least 1 b");
    return settings;
  }
}
