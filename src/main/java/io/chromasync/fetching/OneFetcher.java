package io.chromasync.fetching;

import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/**
 * The fetching thread of a source reader, which stays until no more splits will come.
 *
 * <p>Flink's own ends the thread whenever it has no split, and starts another for the next one. For
 * a moment there are two, and of two that wait for room in the queue of what was fetched, one may
 * be forgotten: nothing more is read then, and nothing fails (<a
 * href="https://issues.apache.org/jira/browse/FLINK-37663">FLINK-37663</a>, in Flink 2.2.0). A
 * stream's reader is without a split whenever its shard ended and the children are not listed yet.
 *
 * <p>Used by the task's thread.
 */
public final class OneFetcher<E, SplitT extends SourceSplit>
    extends SingleThreadFetcherManager<E, SplitT> {

  private boolean mayEnd;

  /**
   * @param fetching makes what the thread calls; asked once
   */
  public OneFetcher(Supplier<SplitReader<E, SplitT>> fetching, Configuration configuration) {
    super(fetching, configuration);
  }

  /** To be called by the reader's {@code notifyNoMoreSplits}, before that of its base class. */
  public void noMoreSplits() {
    mayEnd = true;
  }

  @Override
  public boolean maybeShutdownFinishedFetchers() {
    return mayEnd && super.maybeShutdownFinishedFetchers();
  }
}
