package io.chromasync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // Flink's close() may throw InterruptedException, which javac frowns on.
class OneFetcherTest {

  private final AtomicInteger threads = new AtomicInteger();
  private final TestingReaderOutput<String> output = new TestingReaderOutput<>();
  private final Echo reader =
      new Echo(new OneFetcher<>(Names::new, new Configuration()), new TestingReaderContext());

  @AfterEach
  void close() throws Exception {
    reader.close();
  }

  @Test
  void theThreadStaysWhileItHasNoSplit() throws Exception {
    for (String split : List.of("a", "b", "c")) {
      reader.addSplits(List.of(new Name(split)));
      await().until(() -> poll() != null && output.getEmittedRecords().contains(split));
      await().until(() -> poll() == InputStatus.NOTHING_AVAILABLE && split.equals(reader.finished));
      assertThat(poll()).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    }
    assertThat(threads).hasValue(1);
  }

  @Test
  void theReaderEndsWhenAllIsReadAndNoMoreWillCome() throws Exception {
    reader.addSplits(List.of(new Name("a")));
    reader.notifyNoMoreSplits();
    await().until(() -> poll() == InputStatus.END_OF_INPUT);
    assertThat(output.getEmittedRecords()).containsExactly("a");
  }

  @Test
  void aReaderThatNeverHadASplitEnds() throws Exception {
    assertThat(poll()).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    reader.notifyNoMoreSplits();
    assertThat(poll()).isEqualTo(InputStatus.END_OF_INPUT);
  }

  private InputStatus poll() throws Exception {
    return reader.pollNext(output);
  }

  private record Name(String splitId) implements SourceSplit {}

  /** Emits the name of each split. */
  private static final class Echo
      extends SingleThreadMultiplexSourceReaderBase<String, String, Name, Name> {

    private final OneFetcher<String, Name> fetcher;
    private String finished;

    Echo(OneFetcher<String, Name> fetcher, SourceReaderContext context) {
      super(
          fetcher,
          (name, output, split) -> output.collect(name),
          context.getConfiguration(),
          context);
      this.fetcher = fetcher;
    }

    @Override
    public void notifyNoMoreSplits() {
      fetcher.noMoreSplits();
      super.notifyNoMoreSplits();
    }

    @Override
    protected void onSplitFinished(Map<String, Name> ended) {
      ended.values().forEach(split -> finished = split.splitId());
    }

    @Override
    protected Name initializedState(Name split) {
      return split;
    }

    @Override
    protected Name toSplitType(String id, Name split) {
      return split;
    }
  }

  private final class Names implements SplitReader<String, Name> {

    private final Deque<Name> open = new ArrayDeque<>();

    Names() {
      threads.incrementAndGet();
    }

    @Override
    public RecordsWithSplitIds<String> fetch() {
      RecordsBySplits.Builder<String> records = new RecordsBySplits.Builder<>();
      Name split = open.poll();
      if (split != null) {
        records.add(split.splitId(), split.splitId());
        records.addFinishedSplit(split.splitId());
      }
      return records.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<Name> change) {
      open.addAll(change.splits());
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {}
  }
}
