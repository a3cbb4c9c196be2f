package io.chromasync.simulation;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Promise 5, at every publication of an instant: each change that is not newer is shown, or
 * superseded by what is shown. And while something is published, no job writes that has not lowered
 * it since its start.
 *
 * <p>What a change means is said by what resolve has emitted when the change is taken: each record
 * must then show what it was meant to show at that time, or anything that it was meant to show
 * later.
 */
final class Fresh {

  private final Map<CollectionName, ChromaModel> shown;
  private final Map<CollectionName, ChromaModel> meant =
      Map.of(ReceiptTree.WORDS, new ChromaModel(), ReceiptTree.LINES, new ChromaModel());
  private final Map<String, List<Step>> steps = new TreeMap<>();

  /** By the time of a change, the number of steps that were emitted when it was taken. */
  private final TreeMap<Long, Long> taken = new TreeMap<>();

  /** The attempt that published something, by record. */
  private final Map<String, Integer> published = new HashMap<>();

  private final Set<String> lost = new TreeSet<>();
  private final ToIntFunction<String> taskOf;
  private long emitted;
  private int attempt;
  private final Set<Integer> blind = new TreeSet<>();
  private final Set<Integer> back = new TreeSet<>();
  private int publications;

  /** What a record was meant to show from some step on. */
  private record Step(long number, Stored record) {}

  /**
   * @param shown what Chroma shows
   * @param taskOf the task of an image
   */
  Fresh(Map<CollectionName, ChromaModel> shown, ToIntFunction<String> taskOf) {
    this.shown = shown;
    this.taskOf = taskOf;
  }

  /** How many instants were published. */
  int publications() {
    return publications;
  }

  /**
   * A job starts.
   *
   * @param lacking the tasks of which Chroma lacks what the job's state takes for written
   */
  void start(Set<Integer> lacking) {
    attempt++;
    back.clear();
    back.addAll(lacking);
    blind.clear();
    blind.addAll(lacking);
    taken.clear();
    rebase();
  }

  /**
   * Chroma goes back, with what is published there.
   *
   * @param losing the tasks of which Chroma may lack something; the others have written nothing
   */
  void goBack(Set<String> stillPublished, Set<Integer> tasks, Set<Integer> losing) {
    back.addAll(losing);
    blind.addAll(tasks);
    published.clear();
    stillPublished.forEach(id -> published.put(id, attempt));
  }

  /** Everything is written again, but not acknowledged. */
  void rewritten() {
    back.clear();
  }

  /** All that was read is shown. */
  void rest() {
    if (back.isEmpty()) {
      lost.clear();
      blind.clear();
      rebase();
    }
  }

  /** Somebody else deletes a record, of which nothing is promised until it is repaired. */
  void lose(String id) {
    lost.add(id);
  }

  private void rebase() {
    steps.clear();
    meant.forEach(
        (collection, model) -> {
          model.records().clear();
          model.records().putAll(shown.get(collection).records());
          model.records().forEach((id, record) -> begin(id, record));
        });
  }

  void emitted(Mutation mutation) {
    emitted++;
    ChromaModel model = meant.get(mutation.record().collection());
    Map<String, Stored> before = new TreeMap<>();
    if (mutation.verb() == Mutation.Verb.DELETE_BY_FILTER) {
      before.putAll(model.records());
    } else {
      before.put(mutation.record().id(), model.records().get(mutation.record().id()));
    }
    model.apply(mutation);
    before.forEach(
        (id, old) -> {
          Stored now = model.records().get(id);
          List<Step> own = begin(id, old);
          if (!Objects.equals(now, old)) {
            own.add(new Step(emitted, now));
          }
        });
  }

  private List<Step> begin(String id, Stored record) {
    return steps.computeIfAbsent(id, i -> new ArrayList<>(List.of(new Step(0, record))));
  }

  /** A change is applied, and what it means is emitted. */
  void taken(long millis) {
    taken.merge(millis, emitted, Math::max);
  }

  /** Something is written. */
  void written(CollectionName collection, String image) {
    Integer by = published.get(name(collection.name(), taskOf.applyAsInt(image)));
    if (by != null && by != attempt) {
      throw new Violation(
          5, "%s is written for %s before freshness is lowered".formatted(collection, image));
    }
  }

  /**
   * An instant is published.
   *
   * @param upTo 0 = none
   * @param missing changes of the task that are not taken, and not newer
   */
  void published(String collection, int task, long upTo, List<?> missing) {
    if (upTo == 0) {
      published.remove(name(collection, task));
      return;
    }
    publications++;
    published.put(name(collection, task), attempt);
    if (back.contains(task)) {
      throw new Violation(5, "%s is published, but Chroma went back".formatted(upTo));
    }
    if (!missing.isEmpty()) {
      throw new Violation(5, "%s is published without %s".formatted(upTo, missing));
    }
    if (!blind.contains(task)) {
      CollectionName name = new CollectionName(collection);
      steps.forEach(
          (id, own) -> {
            if (!lost.contains(id)
                && collectionOf(id).equals(name)
                && taskOf.applyAsInt(image(id)) == task) {
              check(id, own, upTo);
            }
          });
    }
  }

  private void check(String id, List<Step> own, long upTo) {
    Map.Entry<Long, Long> newest = null;
    for (Map.Entry<Long, Long> each : taken.headMap(upTo, true).entrySet()) {
      newest = newest == null || each.getValue() > newest.getValue() ? each : newest;
    }
    long required = newest == null ? 0 : newest.getValue();
    int first = 0;
    for (int step = 0; step < own.size(); step++) {
      first = own.get(step).number() <= required ? step : first;
    }
    Stored now = shown.get(collectionOf(id)).records().get(id);
    List<Step> allowed = own.subList(first, own.size());
    if (allowed.stream().noneMatch(step -> Objects.equals(step.record(), now))) {
      throw new Violation(
          5, "%s is published, but %s shows %s instead of %s".formatted(upTo, id, now, allowed));
    }
  }

  private static String name(String collection, int task) {
    return "chromasync-fresh/%s/%s".formatted(collection, task);
  }

  private static CollectionName collectionOf(String id) {
    return id.contains("#WORD#") ? ReceiptTree.WORDS : ReceiptTree.LINES;
  }

  static String image(String id) {
    return id.split("#", -1)[1];
  }
}
