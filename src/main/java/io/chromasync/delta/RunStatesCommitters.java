package io.chromasync.delta;

import io.chromasync.model.RunReport;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.util.function.SerializableSupplier;

/** Makes, wherever a task of the sink runs, what writes the states of runs that ended. */
public record RunStatesCommitters(RunSettings settings)
    implements SerializableSupplier<Committer<RunReport>> {

  private static final Patience PATIENCE =
      new Patience(Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(10));

  @Override
  public Committer<RunReport> get() {
    RunStates states =
        settings.areWritten()
            ? new RunStates(
                AwsClients.dynamoDb(settings.access()), settings.table(), InstantSource.system())
            : null;
    return new RunCommitter(settings, states, PATIENCE);
  }
}
