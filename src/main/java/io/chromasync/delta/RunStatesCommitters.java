package io.chromasync.delta;

import io.chromasync.model.RunReport;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Makes, wherever a task of the sink runs, what writes the states of runs that ended.
 *
 * <p>While it is retried, the task does nothing else: 11 calls of {@link #CALL}, and pauses of
 * {@link #PATIENCE} between them, are 42 s at most, a seventh of the default {@code
 * chroma.retry-budget}.
 */
public record RunStatesCommitters(RunSettings settings)
    implements SerializableSupplier<Committer<RunReport>> {

  /** For all attempts of one call. */
  private static final Duration CALL = Duration.ofSeconds(3);

  private static final Patience PATIENCE =
      new Patience(Duration.ofMillis(200), Duration.ofSeconds(1));

  @Override
  public Committer<RunReport> get() {
    RunStates states =
        settings.areWritten()
            ? new RunStates(
                AwsClients.dynamoDb(settings.access(), CALL),
                settings.table(),
                InstantSource.system())
            : null;
    return new RunCommitter(settings, states, PATIENCE);
  }
}
