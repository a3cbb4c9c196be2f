package io.chromasync.bench;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.ResolveHarness;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.CheckpointStorage;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/**
 * The operator of resolve in one thread, with images of the same facts. Its mutations are dropped,
 * and counted.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
final class ResolveAlone implements AutoCloseable {

  static final int WORDS = 100;

  private static final MemorySize MEMORY = MemorySize.ofMebiBytes(256);
  private static final long BEGIN = 1_760_000_000L;
  private static final int DROP_EVERY = 1_000;
  private static final BenchImage IMAGE = new BenchImage(0, WORDS);

  private final ResolveHarness resolve;
  private final FactTemplate inserts;
  private final FactTemplate valid;
  private final FactTemplate invalid;
  private final FactTemplate removals;
  private final FactTemplate places;
  private long second = BEGIN;
  private long mutations;
  private int pending;

  /**
   * @param storage of checkpoints
   * @param restored null = it begins without state
   */
  ResolveAlone(StateBackend backend, CheckpointStorage storage, OperatorSubtaskState restored)
      throws Exception {
    resolve =
        new ResolveHarness(
            new ReceiptProjection(false),
            ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve")));
    resolve.setStateBackend(backend);
    resolve.setCheckpointStorage(storage);
    List<ItemChange> items = IMAGE.inserts("unused");
    inserts = FactTemplate.of(items.subList(0, items.size() - 1));
    valid = FactTemplate.of(IMAGE.review(ValidationStatus.PENDING, ValidationStatus.VALID, 1));
    invalid = FactTemplate.of(IMAGE.review(ValidationStatus.VALID, ValidationStatus.INVALID, 2));
    removals =
        FactTemplate.of(
            IntStream.range(0, WORDS)
                .mapToObj(word -> ItemChanges.remove(IMAGE.word(word), ItemChanges.at(BEGIN)))
                .toList());
    places =
        FactTemplate.of(
            IntStream.range(0, 2)
                .mapToObj(
                    turn ->
                        ItemChanges.modify(
                            Items.place(IMAGE.id(), 1),
                            Items.place(IMAGE.id(), 1).merchant("Merchant " + turn),
                            ItemChanges.at(BEGIN)))
                .toList());
    resolve.setup(new ByReference<>());
    if (restored != null) {
      resolve.initializeState(restored);
    }
    resolve.open();
  }

  /** RocksDB with as much memory as a slot of a task manager gives it, not as a harness does. */
  static StateBackend rocksDb() {
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(true);
    backend.getMemoryConfiguration().setFixedMemoryPerSlot(MEMORY);
    return backend;
  }

  /** Facts of an image. */
  int factsOfAnImage() {
    return inserts.size();
  }

  /** Inserts images, from one number to another. */
  void insert(int from, int to) throws Exception {
    for (int image = from; image < to; image++) {
      for (int fact = 0; fact < inserts.size(); fact++) {
        process(inserts.of(fact, id(image), second));
      }
    }
  }

  /** One change of the label of each word; neighbours in time belong to different images. */
  void review(int images) throws Exception {
    second++;
    FactTemplate labels = second % 2 == 0 ? valid : invalid;
    for (int word = 0; word < WORDS; word++) {
      for (int image = 0; image < images; image++) {
        process(labels.of(word, id(image), second));
      }
    }
  }

  /** One change of the place of each image. */
  void rename(int images) throws Exception {
    second++;
    for (int image = 0; image < images; image++) {
      process(places.of((int) (second % 2), id(image), second));
    }
  }

  /** The removal of each word. */
  void remove(int images) throws Exception {
    second++;
    for (int word = 0; word < WORDS; word++) {
      for (int image = 0; image < images; image++) {
        process(removals.of(word, id(image), second));
      }
    }
  }

  /** A checkpoint. */
  OperatorSubtaskState checkpoint() throws Exception {
    return resolve.snapshot(1, 0);
  }

  /** How many mutations it made. */
  long mutations() {
    drop();
    return mutations;
  }

  private void process(FactChange change) throws Exception {
    resolve.process(change);
    if (++pending == DROP_EVERY) {
      drop();
    }
  }

  private void drop() {
    mutations += resolve.getOutput().size();
    resolve.getOutput().clear();
    pending = 0;
  }

  private static String id(int image) {
    return new BenchImage(image, WORDS).id();
  }

  @Override
  public void close() throws Exception {
    resolve.close();
  }
}
