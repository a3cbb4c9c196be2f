package io.chromasync.delta;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;

/**
 * Where the states of compaction runs are written back.
 *
 * @param table null = they are not written
 */
public record RunSettings(String table, AwsAccess access) implements Serializable {

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The DynamoDB table in whose items the states of runs are written; without it, the"
                  + " source's. Set to nothing, states are not written.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("The AWS region; without it, the source's.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("The endpoint of a local DynamoDB; without it, the source's.");

  /**
   * Reads the group {@code runs}; problems are reported by the group's properties.
   *
   * @param sourceTable the table whose stream is read, or null if that is not known
   * @param source how it is reached
   */
  public static RunSettings from(PropertyGroup group, String sourceTable, AwsAccess source) {
    String set = group.get(TABLE);
    String table = set == null ? sourceTable : set.strip();
    return new RunSettings(
        table == null || table.isEmpty() ? null : table,
        AwsAccess.from(group, REGION, ENDPOINT).or(source));
  }

  /** Whether states are written at all. */
  public boolean areWritten() {
    return table != null;
  }
}
