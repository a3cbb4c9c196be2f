package io.chromasync.simulation;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Promise 2, on the write log: whatever a record shows, it was meant to show, and never again
 * something that it was meant to show earlier; nor a vector or a place that is older than one it
 * has shown. Nothing is asked between a failure and convergence.
 *
 * <p>What it is meant to show is said by the mutations as resolve emits them, one after the other.
 */
final class NoGoingBack {

  private final Map<CollectionName, ChromaModel> meant =
      Map.of(ReceiptTree.WORDS, new ChromaModel(), ReceiptTree.LINES, new ChromaModel());
  private final Map<String, Progress> records = new HashMap<>();
  private final Map<String, Integer> newest = new HashMap<>();
  private final Map<String, Set<Integer>> passAgain = new HashMap<>();
  private boolean isSuspended;

  /** What one record was meant to show, in this order, and how far it has come. */
  private static final class Progress {
    private final List<Stored> meant = new ArrayList<>();
    private int reached;

    private Progress(Stored first) {
      meant.add(first);
    }

    private void mean(Stored next) {
      if (!Objects.equals(next, meant.get(meant.size() - 1))) {
        meant.add(next);
      }
    }

    private boolean reach(Stored shown) {
      int step = reached;
      while (step < meant.size() && !Objects.equals(meant.get(step), shown)) {
        step++;
      }
      boolean found = step < meant.size();
      reached = found ? step : reached;
      return found;
    }
  }

  /**
   * A reading of the table knows more than it is as of: what happened since then and was read
   * passes by again with its own version, one change after the other.
   *
   * @param since the changes that are not older than the reading
   */
  void read(String image, List<Change> since) {
    since.stream()
        .filter(change -> change.image().equals(image) && change.fact() != null)
        .filter(change -> change.fact().entity().kind() == ReceiptKeys.PLACE)
        .map(change -> change.fact().fact())
        .filter(fact -> fact != null)
        .forEach(
            fact ->
                passAgain
                    .computeIfAbsent(image, unused -> new HashSet<>())
                    .add(number(ReceiptFacts.Place.of(fact).placeId())));
  }

  /** After a failure: what was written last is not in state. */
  void suspend() {
    isSuspended = true;
  }

  /** What is shown is as it should be, and goes on from here. */
  void resume(Map<CollectionName, ChromaModel> shown) {
    isSuspended = false;
    records.clear();
    newest.clear();
    shown.forEach(
        (collection, model) -> {
          meant.get(collection).records().clear();
          meant.get(collection).records().putAll(model.records());
          model.records().forEach(this::remember);
        });
  }

  boolean isSuspended() {
    return isSuspended;
  }

  void emitted(Mutation mutation) {
    if (isSuspended) {
      return;
    }
    ChromaModel model = meant.get(mutation.record().collection());
    String id = mutation.record().id();
    boolean isSweep = mutation.verb() == Mutation.Verb.DELETE_BY_FILTER;
    Map<String, Stored> before = new TreeMap<>();
    if (isSweep) {
      before.putAll(model.records());
    } else {
      before.put(id, model.records().get(id));
    }
    model.apply(mutation);
    before.forEach((each, old) -> progress(each, old).mean(model.records().get(each)));
  }

  /**
   * @param record null = it is no longer shown
   */
  void shown(String id, Stored record) {
    if (isSuspended) {
      return;
    }
    Progress progress = progress(id, null);
    if (!progress.reach(record)) {
      throw new Violation(
          2,
          "%s shows %s, and was meant to show, from what it has shown: %s"
              .formatted(
                  id, record, progress.meant.subList(progress.reached, progress.meant.size())));
    }
    if (record != null) {
      versions(id, record).forEach((part, version) -> check(part, version, record));
      remember(id, record);
    }
  }

  private void check(String part, int version, Stored record) {
    if (version < newest.getOrDefault(part, -1) && !passesAgain(part, version)) {
      throw new Violation(2, "%s is older than %s: %s".formatted(part, newest.get(part), record));
    }
  }

  private boolean passesAgain(String part, int version) {
    return passAgain.entrySet().stream()
        .anyMatch(
            image ->
                part.startsWith("the place of IMAGE#%s#".formatted(image.getKey()))
                    && image.getValue().contains(version));
  }

  private void remember(String id, Stored record) {
    newest.putAll(versions(id, record));
  }

  /** The numbers of the vector's run and of the place, where facts give it. */
  private static Map<String, Integer> versions(String id, Stored record) {
    Map<String, Integer> versions = new HashMap<>();
    if (record.embedding() != null) {
      versions.put("the vector of " + id, Math.round(record.embedding().get(0)));
    }
    Object place = record.metadata().get("place_id");
    if (place != null && place.toString().startsWith("p")) {
      versions.put("the place of " + id, number(place.toString()));
    }
    return versions;
  }

  /** The change that brought a place, which a change of the place's other attributes keeps. */
  private static int number(String place) {
    return Integer.parseInt(place.substring(1));
  }

  private Progress progress(String id, Stored first) {
    return records.computeIfAbsent(id, unused -> new Progress(first));
  }
}
