package io.chromasync.resolve;

import io.chromasync.model.EntityTree;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** Reader of the state of a partition in a savepoint, with Flink's State Processor API. */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException, which javac warns about.
public final class SavepointPartitions {

  private static final OperatorIdentifier RESOLVE = OperatorIdentifier.forUid("resolve");
  private static final String QUERY = "savepoint";

  private SavepointPartitions() {}

  /**
   * Reads a partition; reads all keys of the savepoint.
   *
   * @param savepoint Flink's name of the savepoint or retained checkpoint
   * @return a partition without facts if the savepoint does not contain it
   * @throws IOException if the savepoint cannot be read
   */
  public static PartitionDump read(String savepoint, String partition, EntityTree tree)
      throws IOException {
    Configuration backend = new Configuration().set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, backend);
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    try {
      SavepointReader reader = SavepointReader.read(env, savepoint);
      Version tableRead = tableRead(env, reader);
      String line = line(env, reader, new OnePartition(partition, tree, tableRead));
      return line == null
          ? new PartitionDump(
              QUERY, partition, Long.MIN_VALUE, tableRead, new HeapChunks(), Map.of(), 0)
          : PartitionDump.parse(line, QUERY, tree);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(
          "The savepoint %s cannot be read: %s".formatted(savepoint, e.getMessage()), e);
    }
  }

  private static Version tableRead(StreamExecutionEnvironment env, SavepointReader reader)
      throws Exception {
    List<Version> read =
        results(
            env,
            reader
                .readBroadcastState(
                    RESOLVE,
                    ResolveFacts.TABLE_READ.getName(),
                    Types.STRING,
                    TypeInformation.of(Version.class))
                .map(entry -> entry.f1)
                .returns(Version.class));
    return read.isEmpty() ? null : read.get(0);
  }

  private static String line(
      StreamExecutionEnvironment env, SavepointReader reader, OnePartition read) throws Exception {
    List<String> lines =
        results(env, reader.readKeyedState(RESOLVE, read, Types.STRING, Types.STRING));
    return lines.isEmpty() ? null : lines.get(0);
  }

  /**
   * Runs the job and returns the elements of a stream. They come with the job's result: Flink's
   * {@code executeAndCollect} returns fewer elements, without an error, if it cannot reach the job
   * for a moment.
   */
  private static <T extends Serializable> List<T> results(
      StreamExecutionEnvironment env, DataStream<T> stream) throws Exception {
    stream.map(new Accumulated<T>()).returns(Types.INT).sinkTo(new DiscardingSink<>());
    return env.execute("read of a savepoint").getAccumulatorResult(Accumulated.NAME);
  }

  /** Adds each element to the result of the job. */
  private static final class Accumulated<T extends Serializable>
      extends RichMapFunction<T, Integer> {

    private static final long serialVersionUID = 1;
    private static final String NAME = "results";

    private final ListAccumulator<T> results = new ListAccumulator<>();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(NAME, results);
    }

    @Override
    public Integer map(T element) {
      results.add(element);
      return 1;
    }
  }

  /** Emits the dump of one partition as a line. */
  private static final class OnePartition extends KeyedStateReaderFunction<String, String> {

    private static final long serialVersionUID = 1;

    private final String partition;
    private final EntityTree tree;
    private final Version tableRead;

    private transient MapState<String, StateChunk> chunks;
    private transient MapState<String, KeptVector> vectors;
    private transient HeldArrivals waiting;

    private OnePartition(String partition, EntityTree tree, Version tableRead) {
      this.partition = partition;
      this.tree = tree;
      this.tableRead = tableRead;
    }

    @Override
    public void open(OpenContext context) {
      chunks = getRuntimeContext().getMapState(StoredChunks.state(tree));
      vectors = getRuntimeContext().getMapState(StoredVectors.STATE);
      waiting = HeldArrivals.in(getRuntimeContext());
    }

    @Override
    public void readKey(String key, Context context, Collector<String> out) throws Exception {
      if (key.equals(partition)) {
        Map<String, Version> versions = new StoredVectors(vectors).versions();
        PartitionDump dump =
            new PartitionDump(
                QUERY,
                partition,
                Long.MIN_VALUE,
                tableRead,
                new StoredChunks(chunks, tree).copy(),
                versions,
                waiting.size());
        out.collect(dump.line(tree));
      }
    }
  }
}
