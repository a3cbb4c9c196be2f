package io.chromasync;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.delta.DeltaSettings;
import io.chromasync.delta.runs.RunSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Where a job under test finds deltas, and where it tells of runs. */
public record RunEnds(DeltaSettings delta, RunSettings states) {

  public static final String BUCKET = "deltas";
  public static final String REGION = "us-east-1";

  /** No deltas are there, and nothing is told. */
  static RunEnds none() {
    return of(Map.of(), new RunSettings(null, new AwsAccess(REGION, null)));
  }

  /** Deltas in a bucket, and run items in a table, on servers of ours. Vectors are short. */
  static RunEnds at(URI s3, URI dynamoDb, String table, int dimension) {
    return at(s3, dynamoDb, table, dimension, "3 s");
  }

  /** As above, with deltas that may come later than their runs by this time. */
  static RunEnds at(URI s3, URI dynamoDb, String table, int dimension, String missingBudget) {
    return of(
        Map.of(
            "bucket",
            BUCKET,
            "aws.endpoint",
            s3.toString(),
            "dimension",
            Integer.toString(dimension),
            "retry-budget",
            "3 s",
            "missing-budget",
            missingBudget),
        new RunSettings(table, new AwsAccess(REGION, dynamoDb)));
  }

  private static RunEnds of(Map<String, String> delta, RunSettings states) {
    ApplicationProperties properties =
        new ApplicationProperties(Map.of("delta", new HashMap<>(delta)));
    return new RunEnds(
        DeltaSettings.from(properties.group("delta"), new AwsAccess(REGION, null)), states);
  }
}
