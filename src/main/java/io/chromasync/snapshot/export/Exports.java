package io.chromasync.snapshot.export;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.TableLayout;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.Version;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.AgeLimit;
import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.SnapshotPlan.Listing;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.SnapshotSettings.ExportRules;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.SnapshotStep;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Exports that cover a whole table, for a batch job that reads them completely: a full export, and
 * incremental exports after it. Their manifests have been read and checked.
 */
public final class Exports {

  /** Accumulator of the reading job: number of items read so far. */
  public static final String ITEMS = "items";

  private final Listing listing;
  private final AwsAccess access;

  private Exports(Listing listing, AwsAccess access) {
    this.listing = listing;
    this.access = access;
  }

  /** Returns true if a string is the URI of a folder that may contain an export. */
  public static boolean isUri(String uri) {
    return ExportLocation.isUri(uri);
  }

  /**
   * Reads the manifests.
   *
   * @param uris of the exports' folders
   * @param settings table, margin, and access to S3; other settings are ignored
   * @throws IOException if S3 cannot be read
   * @throws RuntimeException if the exports cannot be used; the message names the file and the
   *     remedy
   */
  public static Exports open(List<String> uris, SnapshotSettings settings) throws IOException {
    for (String uri : uris) {
      if (!isUri(uri)) {
        throw new SnapshotFailure(
            "An export must be named like s3://bucket/prefix/AWSDynamoDB/ID but was '%s'"
                .formatted(uri));
      }
    }
    AwsAccess access = settings.export().access();
    Listing listing =
        new ExportPlan(
                settings.id(),
                new ExportRules(uris, access),
                settings.table(),
                settings.margin(),
                AgeLimit.none(),
                rules -> S3Objects.open(rules.access()))
            .list();
    if (!listing.deletesUnlisted()) {
      throw new SnapshotFailure(
          ("None of the exports is a full export, so they do not cover the whole table: %s; name"
                  + " the full export before them, too")
              .formatted(uris));
    }
    return new Exports(listing, access);
  }

  /** Snapshot timestamp of the whole table. */
  public Version asOf() {
    return AsOf.version(listing.asOfMicros());
  }

  /** Number of items according to the manifests. */
  public long items() {
    return files().stream().mapToLong(ExportFile::items).sum();
  }

  /**
   * Stream of all items, in pieces. A job that has read them to the end has checked all files
   * against the manifests; until then it may have read a damaged file.
   *
   * @param layout partitions of the table, and attributes to read
   */
  public DataStream<TableSnapshot> read(StreamExecutionEnvironment env, TableLayout layout) {
    return env.fromSequence(0, files().size() - 1L)
        .flatMap(new ReadFiles(files(), layout, access))
        .returns(TableSnapshot.class)
        .name("export");
  }

  private List<ExportFile> files() {
    return listing.splits().stream().map(ExportFile.class::cast).toList();
  }

  /** Maps the index of a file to its content. */
  private static final class ReadFiles extends RichFlatMapFunction<Long, TableSnapshot> {

    private static final long serialVersionUID = 1;

    private final List<ExportFile> files;
    private final TableLayout layout;
    private final AwsAccess access;
    private final LongCounter items = new LongCounter();

    private transient ObjectStore store;
    private transient ExportLines lines;

    ReadFiles(List<ExportFile> files, TableLayout layout, AwsAccess access) {
      this.files = files;
      this.layout = layout;
      this.access = access;
    }

    @Override
    public void open(OpenContext context) {
      store = S3Objects.open(access);
      lines =
          new ExportLines(
              store,
              layout,
              RetryPolicy.FOUR_MINUTES,
              SnapshotMetrics.register(getRuntimeContext().getMetricGroup()));
      getRuntimeContext().addAccumulator(ITEMS, items);
    }

    @Override
    public void flatMap(Long number, Collector<TableSnapshot> out) throws Exception {
      ExportFile file = files.get(number.intValue());
      lines.add(file);
      long read = 0;
      while (true) {
        RecordsWithSplitIds<SnapshotStep> records = lines.fetch();
        if (records == null) {
          Thread.sleep(lines.pause().toMillis());
          continue;
        }
        long reached = emit(records, read, out);
        items.add(reached - read);
        read = reached;
        if (records.finishedSplits().contains(file.splitId())) {
          return;
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (lines != null) {
        lines.close();
        store.close();
      }
    }

    /** Emits snapshots and returns how many lines of the file were read. */
    private static long emit(
        RecordsWithSplitIds<SnapshotStep> records, long read, Collector<TableSnapshot> out) {
      long reached = read;
      while (records.nextSplit() != null) {
        SnapshotStep step = records.nextRecordFromSplit();
        while (step != null) {
          reached = ((ExportFile) step.reached()).lines();
          if (step.part() != null) {
            out.collect(step.part().items());
          }
          step = records.nextRecordFromSplit();
        }
      }
      return reached;
    }
  }
}
