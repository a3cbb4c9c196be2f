package io.chromasync;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * A stream of item changes in this process, with a shard for each task that reads, and the vectors
 * of runs. An image belongs to one shard. Thread-safe.
 */
public final class Feed implements AutoCloseable {

  private static final int SHARDS = 2;
  private static final Map<String, Feed> OPEN = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final List<BlockingQueue<ItemChange>> shards =
      List.of(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
  private final Map<String, List<Embedding>> runs = new ConcurrentHashMap<>();
  private final Set<String> withoutRows = ConcurrentHashMap.newKeySet();

  public Feed() {
    OPEN.put(id, this);
  }

  /** By which operators of the same process find it. */
  String id() {
    return id;
  }

  /**
   * Says which vectors a run brings to words.
   *
   * @param run its id, as its item has it
   */
  public void run(String run, List<Embedding> embeddings) {
    runs.put(run, embeddings);
  }

  /** Lets a run bring a delta of lines, too, that has no row: then no line makes a record. */
  public void withoutRows(String run) {
    withoutRows.add(run);
  }

  /** Changes to be read. */
  void add(List<ItemChange> changes) {
    for (ItemChange change : changes) {
      shards.get(Math.floorMod(change.partitionKey().hashCode(), SHARDS)).add(change);
    }
  }

  /** The steps in which a delta comes; none if the run brings nothing to its collection. */
  public List<DeltaStep> steps(RunDelta delta) {
    boolean isOfWords = delta.collection().equals(ReceiptTree.WORDS);
    List<DeltaStep> steps = new ArrayList<>();
    if (isOfWords || withoutRows.contains(delta.run())) {
      steps.add(Deltas.opens(delta, List.of()));
      if (isOfWords) {
        runs.get(delta.run()).forEach(each -> steps.add(DeltaStep.brings(delta, each)));
      }
      steps.add(DeltaStep.ends(delta));
    }
    return steps;
  }

  @Override
  public void close() {
    OPEN.remove(id);
  }

  /** Takes the next change of the task's shard at each tick, if there is one soon. */
  static final class Take extends RichFlatMapFunction<Long, ItemChange> {

    private static final long serialVersionUID = 1;

    private final String id;
    private transient BlockingQueue<ItemChange> shard;

    Take(String id) {
      this.id = id;
    }

    @Override
    public void open(OpenContext context) {
      int task = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      shard = OPEN.get(id).shards.get(task % SHARDS);
    }

    @Override
    public void flatMap(Long tick, Collector<ItemChange> out) throws InterruptedException {
      ItemChange change = shard.poll(5, TimeUnit.MILLISECONDS);
      if (change != null) {
        out.collect(change);
      }
    }
  }

  /** Loads the vectors of runs. */
  static final class Load extends RichFlatMapFunction<RunDelta, DeltaStep> {

    private static final long serialVersionUID = 1;

    private final String id;

    Load(String id) {
      this.id = id;
    }

    @Override
    public void flatMap(RunDelta delta, Collector<DeltaStep> out) {
      OPEN.get(id).steps(delta).forEach(out::collect);
    }
  }
}
