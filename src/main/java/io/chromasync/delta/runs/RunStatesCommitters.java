package io.chromasync.delta.runs;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.model.RunReport;
import io.chromasync.runtime.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Factory of the committer of run states, for every task of the sink.
 *
 * <p>While the committer retries, the task is blocked for 42 s at most: 11 calls of {@link #CALL},
 * and pauses of {@link #RETRIES} between them. That is a seventh of the default {@code
 * chroma.retry-budget}.
 */
public record RunStatesCommitters(RunSettings settings)
    implements SerializableSupplier<Committer<RunReport>> {

  /** Time limit of all attempts of one call. */
  private static final Duration CALL = Duration.ofSeconds(3);

  private static final RetryPolicy RETRIES =
      RetryPolicy.between(Duration.ofMillis(200), Duration.ofSeconds(1));

  @Override
  public Committer<RunReport> get() {
    RunStates states =
        settings.areWritten()
            ? new RunStates(
                AwsClients.dynamoDb(settings.access(), Calls.retriedWithin(CALL)),
                settings.table(),
                InstantSource.system())
            : null;
    return new RunCommitter(settings, states, RETRIES);
  }
}
