package io.chromasync.delta.runs;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import io.chromasync.config.TableSetting;
import java.io.Serializable;
import org.apache.flink.configuration.ConfigOption;

/**
 * Table that receives the states of compaction runs.
 *
 * @param table null = states are not written
 * @param property property that names the table, for messages
 */
public record RunSettings(String table, AwsAccess access, String property) implements Serializable {

  private static final String GROUP = "runs";

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "DynamoDB table in whose items the states of runs are written. Not set = the source's"
                  + " table. Empty = states are not written.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("AWS region. Not set = the source's region.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("Endpoint of a local DynamoDB. Not set = the source's endpoint.");

  /**
   * Reads the group {@code runs}; problems are reported by the group's properties.
   *
   * @param sourceTable the table whose stream is read, or null if it is unknown
   * @param source access to the source
   * @param isLive false if another system keeps the live collections, and reports the runs
   */
  public static RunSettings from(
      PropertyGroup group, TableSetting sourceTable, AwsAccess source, boolean isLive) {
    String set = group.get(TABLE);
    AwsAccess access = AwsAccess.from(group, REGION, ENDPOINT).or(source);
    if (!isLive) {
      group.check(
          set == null || set.isBlank(),
          TABLE,
          "must be empty while 'chroma.mode' is not write, because the states of runs are those of"
              + " the live collections,");
      return new RunSettings(null, access);
    }
    if (set == null && sourceTable != null) {
      return new RunSettings(sourceTable.table(), access, sourceTable.property());
    }
    return new RunSettings(set == null || set.isBlank() ? null : set.strip(), access);
  }

  /** Creates the settings of a table that the group itself names. */
  public RunSettings(String table, AwsAccess access) {
    this(table, access, new TableSetting(table, GROUP, TABLE.key()).property());
  }

  /** Returns true if states are written. */
  public boolean areWritten() {
    return table != null;
  }
}
