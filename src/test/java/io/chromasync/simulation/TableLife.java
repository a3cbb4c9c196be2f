package io.chromasync.simulation;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A table of few images that much happens to: items come, change, go alone or with all below them,
 * and come back; runs bring vectors of what is there and, now and then, of what is not. Several
 * changes share a second. The same chance makes the same history, and a shorter one is its
 * beginning.
 */
final class TableLife {

  /** Kinds that have others below them, and words. */
  private static final Set<EntityKind> WHOLE =
      Set.of(ReceiptKeys.IMAGE, ReceiptKeys.RECEIPT, ReceiptKeys.LINE, ReceiptKeys.WORD);

  static final int RECEIPTS = 2;
  static final int LINES = 3;
  static final int WORDS = 2;

  static final List<String> IMAGES = List.of("a", "b", "c");

  private static final long FIRST_SECOND = 1_764_000_000;
  private static final List<String> LABELS = List.of("TAX", "TIP", "FRUIT");
  private static final List<String> SECTIONS = List.of("FOOTER", "ITEMS");

  /** Numbers get one more digit somewhere on the way, where numbers and texts differ in order. */
  private static final List<String> ONE_MORE_DIGIT =
      List.of("1000", "10000", "100000000000000000000000");

  /** What the table holds of an entity. */
  private record Content(Fact fact, String json) {}

  /**
   * How producers of the table go about it.
   *
   * @param areCareful whether runs bring all that is there and tell it in the rows' items, and what
   *     comes or comes back after one is embedded by another
   * @param receiptsStay for so many changes images and receipts are not removed
   */
  private record Producers(boolean areCareful, int receiptsStay) {}

  private final RandomGenerator random;
  private final Producers producers;
  private final List<String> images;
  private final Map<String, TreeMap<EntityKey, Content>> table = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final Map<String, Delta> deltas = new TreeMap<>();
  private final Map<String, Set<Integer>> toEmbed = new TreeMap<>();
  private long second = FIRST_SECOND;
  private BigInteger sequence;

  private TableLife(RandomGenerator random, Producers producers) {
    this.random = random;
    this.producers = producers;
    this.sequence =
        new BigInteger(pick(ONE_MORE_DIGIT)).subtract(BigInteger.valueOf(random.nextInt(150)));
    this.images = IMAGES.subList(0, 1 + random.nextInt(3));
    for (String image : images) {
      table.put(image, new TreeMap<>());
      toEmbed.put(image, new TreeSet<>());
    }
  }

  /** The first changes of a table, a few more than asked for if several belong together. */
  static History of(RandomGenerator random, int length) {
    return of(random, length, new Producers(false, 0));
  }

  /**
   * The same of producers of whom a reading after so many changes tells all that matters: which
   * lines are a row, and that no receipt was removed from above what is left in the table.
   */
  static History ofCareful(RandomGenerator random, int length, int read) {
    return of(random, length, new Producers(true, read));
  }

  private static History of(RandomGenerator random, int length, Producers producers) {
    TableLife life = new TableLife(random, producers);
    for (int image = 0; image < life.images.size() && life.changes.size() < length; image++) {
      life.begin(life.images.get(image));
    }
    while (life.changes.size() < length) {
      String image = life.pick(life.images);
      life.edit(image);
      life.embed(image);
    }
    return new History(life.changes, life.deltas);
  }

  /** Most of an image comes in the order in which it is found, and is embedded. */
  private void begin(String image) {
    insertMostly(image, ReceiptKeys.image());
    insertMostly(image, ReceiptKeys.receipt(1));
    for (int line = 1; line <= LINES; line++) {
      insertMostly(image, ReceiptKeys.line(1, line));
      for (int word = 1; word <= WORDS; word++) {
        insertMostly(image, ReceiptKeys.word(1, line, word));
      }
    }
    if (chance(80)) {
      run(image, 1);
    }
  }

  private void insertMostly(String image, EntityKey entity) {
    if (chance(85)) {
      put(image, entity);
    }
  }

  private void edit(String image) {
    int dice = random.nextInt(100);
    if (dice < 12) {
      run(image, receipt());
    } else if (dice < 15) {
      letter(image);
    } else if (dice < 17) {
      broken(image);
    } else if (dice < 22) {
      recreate(image);
    } else if (dice < 27) {
      orphan(image);
    } else if (dice < 65 || !put(image, absentParent(image))) {
      change(image, entity());
    }
  }

  /** One whose children may be in the table; null if there is none. */
  private EntityKey absentParent(String image) {
    List<EntityKey> absent = new ArrayList<>();
    for (EntityKey key : table.get(image).keySet()) {
      key.ancestors().stream().filter(k -> !table.get(image).containsKey(k)).forEach(absent::add);
    }
    return absent.isEmpty() ? null : pick(absent);
  }

  /** Something goes alone, from above what stays. */
  private void orphan(String image) {
    List<EntityKey> parents = new ArrayList<>(table.get(image).keySet());
    parents.removeIf(key -> below(image, key).isEmpty() || stays(key));
    if (!parents.isEmpty()) {
      removeOne(image, pick(parents));
    }
  }

  private boolean stays(EntityKey entity) {
    boolean isAbove = entity.kind() == ReceiptKeys.IMAGE || entity.kind() == ReceiptKeys.RECEIPT;
    return isAbove && changes.size() < producers.receiptsStay;
  }

  private List<EntityKey> below(String image, EntityKey entity) {
    List<EntityKey> below = new ArrayList<>(table.get(image).keySet());
    below.removeIf(key -> !key.ancestors().contains(entity));
    return below;
  }

  /** What came is embedded, by careful producers. */
  private void embed(String image) {
    Set<Integer> receipts = Set.copyOf(toEmbed.get(image));
    toEmbed.get(image).clear();
    receipts.stream().sorted().forEach(receipt -> run(image, receipt));
  }

  private void change(String image, EntityKey entity) {
    boolean isThere = table.get(image).containsKey(entity);
    if (isThere && chance(35) && !stays(entity)) {
      remove(image, entity);
    } else {
      put(image, entity);
    }
  }

  /** Whoever removes an item removes those below it first, last or never. */
  private void remove(String image, EntityKey entity) {
    List<EntityKey> below = below(image, entity);
    int way = random.nextInt(3);
    if (way == 0) {
      below.forEach(key -> removeOne(image, key));
    }
    removeOne(image, entity);
    if (way == 1) {
      Collections.reverse(below);
      below.forEach(key -> removeOne(image, key));
    }
  }

  /** Something goes, comes back with some of what was below it, and is embedded anew. */
  private void recreate(String image) {
    List<EntityKey> whole = new ArrayList<>(table.get(image).keySet());
    whole.removeIf(key -> !WHOLE.contains(key.kind()) || stays(key));
    if (whole.isEmpty()) {
      return;
    }
    EntityKey entity = pick(whole);
    List<EntityKey> below = below(image, entity);
    remove(image, entity);
    put(image, entity);
    below.stream().filter(key -> chance(60)).forEach(key -> put(image, key));
    if (ReceiptKeys.receiptOf(entity) > 0 && chance(80)) {
      run(image, ReceiptKeys.receiptOf(entity));
    }
  }

  private void removeOne(String image, EntityKey entity) {
    Content old = table.get(image).remove(entity);
    add(image, entity, Operation.REMOVE, null, old);
  }

  private boolean put(String image, EntityKey entity) {
    if (entity == null) {
      return false;
    }
    Content old = table.get(image).get(entity);
    boolean same = old != null && chance(15);
    put(image, entity, same ? old.fact : fact(entity));
    return true;
  }

  private void put(String image, EntityKey entity, Fact fact) {
    Content old = table.get(image).get(entity);
    boolean reserved = entity.kind() == ReceiptKeys.RECEIPT && old == null && chance(15);
    String json =
        reserved
            ? TableItems.reservation(image, ReceiptKeys.receiptOf(entity))
            : TableItems.json(image, entity, fact);
    Content now = new Content(fact, json);
    table.get(image).put(entity, now);
    add(image, entity, old == null ? Operation.INSERT : Operation.MODIFY, now, old);
    boolean isPrint = entity.kind() == ReceiptKeys.LINE || entity.kind() == ReceiptKeys.WORD;
    if (producers.areCareful
        && isPrint
        && old == null
        && wasEmbedded(image, ReceiptKeys.receiptOf(entity))) {
      toEmbed.get(image).add(ReceiptKeys.receiptOf(entity));
    }
  }

  private boolean wasEmbedded(String image, int receipt) {
    String name = Delta.receiptName(image, receipt);
    return deltas.values().stream().anyMatch(delta -> delta.receiptName().equals(name));
  }

  private void add(
      String image, EntityKey entity, Operation operation, Content now, Content before) {
    Version version = next();
    ItemChange item =
        new ItemChange(
            operation,
            "IMAGE#" + image,
            TableItems.sortKey(entity),
            now == null ? null : now.json,
            before == null ? null : before.json,
            version,
            "simulation");
    FactChange fact =
        new FactChange(
            image,
            entity,
            now == null ? null : now.fact,
            version,
            operation == Operation.INSERT,
            operation == Operation.MODIFY && now.fact.equals(before.fact),
            item);
    String content = now == null || now.fact.equals(Fact.exists()) ? "" : " " + said(now.fact);
    add(item, fact, null, "%s %s/%s%s".formatted(lower(operation), image, entity, content));
  }

  private void add(ItemChange item, FactChange fact, String outcome, String what) {
    changes.add(new Change(2 * changes.size(), item, fact, outcome, what, null));
  }

  private void run(String image, int receipt) {
    String run = "run" + changes.size();
    DeltaOf of = new DeltaOf(image, receipt, 2 * changes.size());
    List<Integer> lines = lines(image, receipt);
    List<List<Integer>> groups = grouped(lines);
    Delta rows = of.rows(groups, chance(6) && !producers.areCareful);
    Delta words = of.words(words(image, receipt, lines), chance(6) && !producers.areCareful);
    deltas.put(Delta.name(image, receipt, run, ReceiptTree.LINES), rows);
    deltas.put(Delta.name(image, receipt, run, ReceiptTree.WORDS), words);
    String what = "insert %s of %s/receipt/%s: %s %s".formatted(run, image, receipt, rows, words);
    EntityKey key = ReceiptKeys.run(receipt, run);
    add(other(image, key, TableItems.run(image, receipt, run)), null, "RUN", what);
    if (producers.areCareful) {
      group(image, receipt, groups);
    }
  }

  /** Writes the items of rows anew. */
  private void group(String image, int receipt, List<List<Integer>> groups) {
    Map<EntityKey, Fact> rows = new TreeMap<>();
    groups.forEach(
        lines ->
            rows.put(ReceiptKeys.row(receipt, lines.get(0)), new ReceiptFacts.Row(lines).fact()));
    List<EntityKey> old = below(image, ReceiptKeys.receipt(receipt));
    old.removeIf(key -> key.kind() != ReceiptKeys.ROW || rows.containsKey(key));
    old.forEach(key -> removeOne(image, key));
    rows.forEach((key, fact) -> put(image, key, fact));
  }

  /** Means nothing to us. */
  private void letter(String image) {
    String json = "{\"TYPE\":{\"S\":\"RECEIPT_LETTER\"}}";
    ItemChange item =
        new ItemChange(
            Operation.INSERT,
            "IMAGE#" + image,
            "RECEIPT#00001#LINE#00001#WORD#00001#LETTER#00001",
            json,
            null,
            next(),
            "simulation");
    add(item, null, "IGNORED", "insert a letter of " + image);
  }

  /** Cannot be understood. */
  private void broken(String image) {
    add(
        other(image, ReceiptKeys.line(1, 1), "{\"TYPE\":{\"S\":\"RECEIPT_WORD\"}}"),
        null,
        "REJECTED",
        "insert what contradicts itself into " + image);
  }

  private ItemChange other(String image, EntityKey key, String json) {
    return new ItemChange(
        Operation.INSERT,
        "IMAGE#" + image,
        TableItems.sortKey(key),
        json,
        null,
        next(),
        "simulation");
  }

  /** Mostly those that are in the table. */
  private List<Integer> lines(String image, int receipt) {
    List<Integer> lines = new ArrayList<>();
    for (int line = 1; line <= LINES; line++) {
      boolean isThere = table.get(image).containsKey(ReceiptKeys.line(receipt, line));
      if (chance(isThere ? embedded() : 20)) {
        lines.add(line);
      }
    }
    return lines;
  }

  /** How many of a hundred things that are there a run brings. */
  private int embedded() {
    return producers.areCareful ? 100 : 90;
  }

  private List<EntityKey> words(String image, int receipt, List<Integer> lines) {
    List<EntityKey> words = new ArrayList<>();
    for (int line : lines) {
      for (int word = 1; word <= WORDS; word++) {
        EntityKey key = ReceiptKeys.word(receipt, line, word);
        if (chance(table.get(image).containsKey(key) ? embedded() : 20)) {
          words.add(key);
        }
      }
    }
    return words;
  }

  /** Neighbours often are one printed row. */
  private List<List<Integer>> grouped(List<Integer> lines) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int line : lines) {
      if (!rows.isEmpty() && chance(30)) {
        rows.get(rows.size() - 1).add(line);
      } else {
        rows.add(new ArrayList<>(List.of(line)));
      }
    }
    return rows;
  }

  private EntityKey entity() {
    int line = 1 + random.nextInt(LINES);
    int word = 1 + random.nextInt(WORDS);
    int dice = random.nextInt(100);
    if (dice < 3) {
      return ReceiptKeys.image();
    } else if (dice < 12) {
      return ReceiptKeys.receipt(receipt());
    } else if (dice < 25) {
      return ReceiptKeys.line(receipt(), line);
    } else if (dice < 42) {
      return ReceiptKeys.word(receipt(), line, word);
    } else if (dice < 75) {
      return ReceiptKeys.label(receipt(), line, word, pick(LABELS));
    } else if (dice < 85) {
      return ReceiptKeys.place(receipt());
    } else if (dice < 95) {
      return ReceiptKeys.section(receipt(), pick(SECTIONS));
    }
    return producers.areCareful ? ReceiptKeys.place(receipt()) : ReceiptKeys.row(receipt(), line);
  }

  private Fact fact(EntityKey entity) {
    return switch (entity.kind().name()) {
      case "label" ->
          new ReceiptFacts.Label(
                  pick(List.of(ValidationStatus.values())),
                  pick(List.of("2026-03-02T18:06:40", "2026-03-02T18:06:41+00:00")),
                  chance(30) ? null : pick(List.of("ann", "bob")))
              .fact();
      case "place" ->
          new ReceiptFacts.Place(
                  pick(List.of("green grocer", "Mill & co")),
                  chance(50) ? null : "grocery_store",
                  "12 Harbor St",
                  "555",
                  "p" + changes.size())
              .fact();
      case "section" ->
          new ReceiptFacts.Section(
                  someLines(), pick(List.of(0.25, 0.5)), pick(List.of(ValidationStatus.values())))
              .fact();
      case "row" ->
          new ReceiptFacts.Row(
                  List.of(ReceiptKeys.lineOf(entity), 1 + ReceiptKeys.lineOf(entity) % LINES))
              .fact();
      default -> Fact.exists();
    };
  }

  private List<Integer> someLines() {
    List<Integer> lines = new ArrayList<>(List.of(1 + random.nextInt(LINES)));
    for (int line = 1; line <= LINES; line++) {
      if (!lines.contains(line) && chance(40)) {
        lines.add(line);
      }
    }
    return lines;
  }

  /** Most of what happens, happens to the first receipt. */
  private int receipt() {
    return chance(85) ? 1 : RECEIPTS;
  }

  /** DynamoDB Streams says whole seconds only. */
  private Version next() {
    second += chance(60) ? 0 : 1 + random.nextInt(3);
    sequence = sequence.add(BigInteger.valueOf(1 + random.nextInt(3)));
    return new Version(second * 1_000_000, sequence.toString());
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String said(Fact fact) {
    return fact.texts() + " " + fact.numbers();
  }

  private static String lower(Operation operation) {
    return operation.name().toLowerCase(Locale.ROOT);
  }
}
