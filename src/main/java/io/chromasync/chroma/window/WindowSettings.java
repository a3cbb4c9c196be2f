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
 * @param maxAge longest linger of a mutation; processing time
 * @param maxRecords pending mutations that end every linger
 * @param maxBytes pending bytes that do, as {@link Mutation#weight} estimates them
 */
public record WindowSettings(Duration maxAge, int maxRecords, long maxBytes)
    implements Serializable {

  static final ConfigOption<Duration> MAX_AGE =
      ConfigOptions.key("max-age")
          .durationType()
          .defaultValue(Duration.ofMillis(200))
          .withDescription(
              "Linger: a write is sent at the latest this long after its first change came, unless"
                  + " Chroma is busy with others. A longer linger coalesces more changes of one"
                  + " record into one write; what Chroma shows is older by it.");

  static final ConfigOption<Integer> MAX_RECORDS =
      ConfigOptions.key("max-records")
          .intType()
          .defaultValue(500)
          .withDescription(
              "With this many pending writes in a task none lingers. Requests of 500 to 1,000"
                  + " records are the fastest for Chroma.");

  static final ConfigOption<MemorySize> MAX_BYTES =
      ConfigOptions.key("max-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(16))
          .withDescription(
              "With this many bytes of pending writes in a task, vectors included, none lingers.");

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
