package io.chromasync.delta;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import io.chromasync.config.TableSetting;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;

/**
 * Where the states of compaction runs are written back.
 *
 * @param table null = they are not written
 * @param property that names the table, for messages
 */
public record RunSettings(String table, AwsAccess access, String property) implements Serializable {

  private static final String GROUP = "runs";

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
  public static RunSettings from(PropertyGroup group, TableSetting sourceTable, AwsAccess source) {
    String set = group.get(TABLE);
    AwsAccess access = AwsAccess.from(group, REGION, ENDPOINT).or(source);
    if (set == null && sourceTable != null) {
      return new RunSettings(sourceTable.table(), access, sourceTable.property());
    }
    return new RunSettings(set == null || set.isBlank() ? null : set.strip(), access);
  }

  /** Those of a table that the group itself names. */
  public RunSettings(String table, AwsAccess access) {
    this(table, access, new TableSetting(table, GROUP, TABLE.key()).property());
  }

  /** Whether states are written at all. */
  public boolean areWritten() {
    return table != null;
  }
}
