package io.chromasync.snapshot;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Exports that tell of a whole table, for a job that reads them from beginning to end: a full one,
 * and incremental ones after it. Their manifests have been read and checked.
 */
public final class Exports {

  /** Accumulator of the job that reads: items read so far. */
  public static final String ITEMS = "items";

  /** Likewise, those of them that are not of an image. */
  public static final String LEFT_OUT = "left-out";

  private final ExportChain chain;
  private final AwsAccess access;
  private final Duration budget;

  private Exports(ExportChain chain, AwsAccess access, Duration budget) {
    this.chain = chain;
    this.access = access;
    this.budget = budget;
  }

  /**
   * Reads the manifests.
   *
   * @param uris of the exports' folders
   * @param table its name, or its ARN
   * @param margin see {@code snapshot.margin}
   * @param access of S3
   * @param budget how long S3 may not answer
   * @throws IOException if S3 does not give them, or they are not what they should be; the message
   *     names the file and what to do
   */
  public static Exports open(
      List<String> uris, String table, Duration margin, AwsAccess access, Duration budget)
      throws IOException {
    try (ExportObjects objects = ExportObjects.open(access, ObjectPatience.of(budget))) {
      ExportChain chain = ExportChain.read(objects, uris, table, margin);
      if (chain.asOf() == null) {
        throw new BadExport(
            "None of the exports is a full one, so they do not tell of the whole table: %s; name the full export before them, too"
                .formatted(uris));
      }
      return new Exports(chain, access, budget);
    }
  }

  /** As of when they tell of the whole table. */
  public Version asOf() {
    return chain.asOf();
  }

  /** Until when they tell of changes, as a time in ISO-8601. */
  public String until() {
    return chain.until().toString();
  }

  /** How many items the manifests say there are. */
  public long items() {
    return chain.items();
  }

  public int files() {
    return chain.files().size();
  }

  /**
   * All items, in pieces. A job that has read them to the end has found all files to be what the
   * manifests say; until then it may have read a damaged one.
   *
   * @param attributes names of those that items are read with
   */
  public DataStream<TableSnapshot> read(StreamExecutionEnvironment env, List<String> attributes) {
    return env.fromSequence(0, files() - 1L)
        .flatMap(new ReadFiles(chain.files(), Set.copyOf(attributes), access, budget))
        .returns(TableSnapshot.class)
        .name("export");
  }

  /** From the number of a file to what is in it. */
  private static final class ReadFiles extends RichFlatMapFunction<Long, TableSnapshot> {

    private static final long serialVersionUID = 1;

    private final List<ExportedFile> files;
    private final Set<String> attributes;
    private final AwsAccess access;
    private final Duration budget;
    private final LongCounter items = new LongCounter();
    private final LongCounter leftOut = new LongCounter();

    private transient ExportObjects objects;

    ReadFiles(List<ExportedFile> files, Set<String> attributes, AwsAccess access, Duration budget) {
      this.files = files;
      this.attributes = attributes;
      this.access = access;
      this.budget = budget;
    }

    @Override
    public void open(OpenContext context) {
      objects = ExportObjects.open(access, ObjectPatience.of(budget));
      getRuntimeContext().addAccumulator(ITEMS, items);
      getRuntimeContext().addAccumulator(LEFT_OUT, leftOut);
    }

    @Override
    public void flatMap(Long number, Collector<TableSnapshot> out) throws IOException {
      ExportedFile file = files.get(number.intValue());
      try (ExportReader reader = new ExportReader(file, objects, attributes, 0)) {
        long line = 0;
        for (var piece = reader.next(); piece != null; piece = reader.next()) {
          items.add(piece.nextLine() - line);
          line = piece.nextLine();
          out.collect(piece.items());
        }
        items.add(file.items() - line);
        leftOut.add(reader.leftOut());
      }
    }

    @Override
    public void close() {
      if (objects != null) {
        objects.close();
      }
    }
  }
}
