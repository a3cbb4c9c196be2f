package io.chromasync.runtime;

import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/**
 * Fetcher manager with one fetcher thread, which lives until no more splits will be assigned.
 *
 * <p>Flink's own manager stops the thread whenever it has no split, and starts a new thread for the
 * next split. For a short time there are two threads. If both wait for space in the element queue,
 * the wake-up of a thread may be lost: reading then stalls without an error (<a
 * href="https://issues.apache.org/jira/browse/FLINK-37663">FLINK-37663</a>, in Flink 2.2.0). A
 * stream reader has no split whenever its shard has ended and the children are not listed yet.
 *
 * <p>Used by the task's thread.
 */
public final class OneFetcher<E, SplitT extends SourceSplit>
    extends SingleThreadFetcherManager<E, SplitT> {

  private boolean mayEnd;

  /**
   * @param fetching factory of the split reader that the thread calls; used once
   */
  public OneFetcher(Supplier<SplitReader<E, SplitT>> fetching, Configuration configuration) {
    super(fetching, configuration);
  }

  /**
   * Allows the thread to end. The reader's {@code notifyNoMoreSplits} must call this before the
   * method of its base class.
   */
  public void noMoreSplits() {
    mayEnd = true;
  }

  @Override
  public boolean maybeShutdownFinishedFetchers() {
    return mayEnd && super.maybeShutdownFinishedFetchers();
  }
}
