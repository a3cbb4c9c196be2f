package io.chromasync.resolve;

import io.chromasync.model.EntityTree;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/** Reader of the state of a partition in a savepoint, with Flink's State Processor API. */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException, which javac warns about.
public final class SavepointPartitions {

  private static final OperatorIdentifier RESOLVE = OperatorIdentifier.forUid("resolve");
  private static final String QUERY = "savepoint";

  /**
   * Attempts to find a partition: Flink's {@code executeAndCollect} returns fewer elements, without
   * an error, if it cannot reach its own job for a moment.
   */
  private static final int ATTEMPTS = 3;

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
      Version tableRead = tableRead(reader);
      String line = null;
      for (int attempt = 1; attempt <= ATTEMPTS && line == null; attempt++) {
        line = line(reader, new OnePartition(partition, tree, tableRead));
      }
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

  private static Version tableRead(SavepointReader reader) throws Exception {
    Map<String, Version> read = new HashMap<>();
    try (CloseableIterator<Tuple2<String, Version>> all =
        reader
            .readBroadcastState(
                RESOLVE,
                ResolveFacts.TABLE_READ.getName(),
                Types.STRING,
                TypeInformation.of(Version.class))
            .executeAndCollect()) {
      all.forEachRemaining(entry -> read.put(entry.f0, entry.f1));
    }
    return read.isEmpty() ? null : read.values().iterator().next();
  }

  private static String line(SavepointReader reader, OnePartition read) throws Exception {
    String line = null;
    try (CloseableIterator<String> lines =
        reader.readKeyedState(RESOLVE, read, Types.STRING, Types.STRING).executeAndCollect()) {
      while (lines.hasNext()) {
        line = lines.next();
      }
    }
    return line;
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
