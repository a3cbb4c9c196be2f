package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.client.RecordSource;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import io.chromasync.ops.TableFacts;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.HeapVectors;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.Deltas;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One image in a table, a stream, a job and Chroma, which go on between any two reads of an audit:
 * words are edited, changes arrive late, writes are acknowledged late. The job resolves with the
 * real rules.
 */
final class AuditWorld implements RecordSource {

  static final String IMAGE = "a";
  static final int EDITED = 3;
  static final int WORDS = 7;
  private static final int MOST_STEPS = 12;
  private static final int MOST_SLOW = 30;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] LABELS = {"TAX", "TOTAL"};

  /** What a mutant leaves out. */
  enum Fault {
    NONE,
    /** The state comes before Chroma has acknowledged what precedes the query. */
    NO_FLUSH,
    /** Nobody waits for changes on their way. */
    NO_LANDING
  }

  private final Random random;
  private final Fault fault;
  private final ReceiptTree tree = new ReceiptTree();
  private final HeapChunks chunks = new HeapChunks();
  private final HeapVectors vectors = new HeapVectors();
  private final Resolver resolver =
      new Resolver(new ReceiptProjection(false), Writes.ofFirstStart(UpdateKeys.CHANGED));
  private final Map<EntityKey, Fact> table = new HashMap<>();
  private final Deque<FactChange> stream = new ArrayDeque<>();
  private final Deque<Mutation> writes = new ArrayDeque<>();
  private final ChromaModel words = new ChromaModel();

  /** One in so many times, Chroma acknowledges a write. */
  private final int slowness;

  /** One in so many times, the stream delivers a change. */
  private final int lag;

  private long clock;

  AuditWorld(long seed, Fault fault) {
    this.random = new Random(seed);
    this.fault = fault;
    this.slowness = 1 + random.nextInt(MOST_SLOW);
    this.lag = 1 + random.nextInt(MOST_SLOW);
    change(ReceiptKeys.image(), Fact.exists(), true);
    change(ReceiptKeys.receipt(1), Fact.exists(), true);
    change(ReceiptKeys.line(1, 1), Fact.exists(), true);
    for (int word = 1; word <= WORDS; word++) {
      change(word(word), Fact.exists(), true);
    }
    settle();
    RunDelta run = Deltas.delta(IMAGE, 1, "run", ReceiptTree.WORDS, "p", next(), null);
    WorkingSet memory = memory();
    writes.addAll(resolver.open(Deltas.opens(run, List.of()), memory, 0).mutations());
    for (int word = 1; word <= WORDS; word++) {
      writes.addAll(resolver.bring(DeltaStep.brings(run, embedding(word)), memory).mutations());
    }
    memory.save();
    settle();
  }

  static EntityKey word(int word) {
    return ReceiptKeys.word(1, 1, word);
  }

  static String id(int word) {
    return ReceiptTree.word(IMAGE, 1, 1, word).id();
  }

  /** Chroma, for damage. */
  ChromaModel words() {
    return words;
  }

  /** Changes the table behind the back of the stream. */
  void changeSilently(EntityKey entity, Fact fact) {
    table.put(entity, fact);
  }

  AuditedSystem system() {
    return new AuditedSystem(
        new Receipts(), name -> name, partition -> items(), this, this::states, this::land, false);
  }

  /** Everything in Chroma, by pages that others write between. */
  List<ChromaLine> all() {
    List<ChromaLine> all = new ArrayList<>();
    for (String id : Set.copyOf(words.records().keySet())) {
      goOn();
      byId(tree.of(ReceiptTree.WORDS), List.of(id), false)
          .values()
          .forEach(
              found ->
                  all.add(ChromaLine.parse(ChromaScan.line(tree.of(ReceiptTree.WORDS), found))));
    }
    return all;
  }

  TableFacts items() {
    goOn();
    return new TableFacts(new HashMap<>(table), Set.of(), Map.of(), List.of());
  }

  private void states(Collection<String> partitions, Consumer<PartitionDump> states)
      throws IOException {
    for (String partition : partitions) {
      goOn();
      PartitionDump copy = copy(partition);
      int before = fault == Fault.NO_FLUSH ? 0 : writes.size();
      while (before > 0) {
        if (random.nextBoolean()) {
          edit();
        } else if (random.nextInt(lag) == 0) {
          deliver();
        }
        words.apply(writes.removeFirst());
        before--;
      }
      goOn();
      states.accept(copy);
    }
  }

  private boolean land(Instant time) {
    int open = fault == Fault.NO_LANDING ? 0 : stream.size();
    for (; open > 0; open--) {
      if (random.nextBoolean()) {
        edit();
      }
      deliver();
    }
    return true;
  }

  private PartitionDump copy(String partition) throws IOException {
    HeapChunks own = partition.equals(IMAGE) ? chunks : new HeapChunks();
    PartitionDump dump = new PartitionDump("q", partition, clock, null, own, Map.of(), 0);
    return PartitionDump.parse(dump.line(tree), tree);
  }

  private void goOn() {
    for (int step = random.nextInt(MOST_STEPS); step > 0; step--) {
      switch (random.nextInt(3)) {
        case 0 -> edit();
        case 1 -> {
          if (random.nextInt(lag) == 0) {
            deliver();
          }
        }
        default -> {
          if (random.nextInt(slowness) == 0) {
            acknowledge();
          }
        }
      }
    }
  }

  /** Edits words that nobody damages; labels take the same few values again and again. */
  private void edit() {
    int word = 1 + random.nextInt(EDITED);
    EntityKey label = ReceiptKeys.label(1, 1, word, LABELS[random.nextInt(LABELS.length)]);
    switch (random.nextInt(6)) {
      case 0 -> change(word(word), table.containsKey(word(word)) ? null : Fact.exists(), true);
      case 1 -> change(label, null, false);
      default ->
          change(
              label,
              new ReceiptFacts.Label(
                      random.nextBoolean() ? ValidationStatus.VALID : ValidationStatus.INVALID,
                      "2026-03-02T18:06:40+00:00",
                      null)
                  .fact(),
              false);
    }
  }

  private void change(EntityKey entity, Fact fact, boolean inserts) {
    if (fact == null ? table.remove(entity) != null : !fact.equals(table.put(entity, fact))) {
      stream.add(new FactChange(IMAGE, entity, fact, next(), inserts && fact != null, false, null));
    }
  }

  private void deliver() {
    if (!stream.isEmpty()) {
      WorkingSet memory = memory();
      writes.addAll(resolver.resolve(stream.removeFirst(), memory, 0).mutations());
      memory.save();
    }
  }

  private void acknowledge() {
    if (!writes.isEmpty()) {
      words.apply(writes.removeFirst());
    }
  }

  private void settle() {
    while (!stream.isEmpty()) {
      deliver();
    }
    while (!writes.isEmpty()) {
      acknowledge();
    }
  }

  private Version next() {
    clock++;
    return new Version(clock * 1_000, Long.toString(clock));
  }

  private WorkingSet memory() {
    return new WorkingSet(tree, IMAGE, chunks, vectors, null);
  }

  private static Embedding embedding(int word) {
    Map<String, MetadataValue> given = new TreeMap<>();
    given.put("image_id", MetadataValue.of(IMAGE));
    given.put("receipt_id", MetadataValue.of(1));
    given.put("line_id", MetadataValue.of(1));
    given.put("word_id", MetadataValue.of(word));
    return new Embedding(
        ReceiptTree.word(IMAGE, 1, 1, word), new float[] {word}, "word " + word, given);
  }

  @Override
  public long count(DomainCollection collection) {
    return words.records().size();
  }

  @Override
  public List<Found> page(
      DomainCollection collection, long offset, int limit, boolean readsVectors) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> ids(DomainCollection collection, long offset, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Found> byId(
      DomainCollection collection, Collection<String> ids, boolean readsVectors) {
    goOn();
    Map<String, Found> found = new TreeMap<>();
    CollectionName name = collection.collection();
    for (String id : new TreeSet<>(ids)) {
      ChromaModel.Stored stored = words.records().get(id);
      if (stored != null && name.equals(ReceiptTree.WORDS)) {
        found.put(id, new Found(id, JSON.valueToTree(stored.metadata()), null, stored.document()));
      }
    }
    return found;
  }

  @Override
  public List<Near> nearest(DomainCollection collection, float[] vector, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public double ownDistance(DomainCollection collection, float[] vector) {
    throw new UnsupportedOperationException();
  }
}
