package io.chromasync.chroma;

import io.chromasync.chroma.CloudLimits.Fitted;
import io.chromasync.model.Batch;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes batches fit the limits of Chroma Cloud, and tells what was lost. What of a record does not
 * go with the rest follows all mutations of the same verb, so that few requests carry it.
 *
 * @param metrics those of the writer
 * @param rejections where dead letters of what is dropped go
 */
record CloudBatches(SinkMetrics metrics, Rejections rejections) {

  Batch fit(Batch batch) {
    List<Mutation> all = new ArrayList<>();
    List<List<Mutation>> rounds = new ArrayList<>();
    Verb verb = null;
    for (Mutation mutation : batch.mutations()) {
      if (mutation.verb() != verb) {
        rounds.forEach(all::addAll);
        rounds.clear();
      }
      verb = mutation.verb();
      add(rounds, fit(mutation));
    }
    rounds.forEach(all::addAll);
    return new Batch(batch.lane(), batch.collection(), all, batch.oldestMicros(), batch.reports());
  }

  private List<Mutation> fit(Mutation mutation) {
    Fitted fitted = CloudLimits.fit(mutation);
    metrics.cut(mutation.record().collection(), fitted.cut());
    if (fitted.cut().records() > 0) {
      rejections.drop(
          mutation,
          "was dropped: Chroma Cloud takes ids of at most %s bytes"
              .formatted(CloudLimits.ID_BYTES));
    }
    if (fitted.cut().keys() > 0) {
      rejections.lacks(
          mutation,
          "lost %s keys: Chroma Cloud takes names of at most %s bytes"
              .formatted(fitted.cut().keys(), CloudLimits.KEY_BYTES));
    }
    return fitted.mutations();
  }

  /** The first of a record into the first round, the second into the second, and so on. */
  private static void add(List<List<Mutation>> rounds, List<Mutation> mutations) {
    for (int i = 0; i < mutations.size(); i++) {
      if (rounds.size() == i) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(i).add(mutations.get(i));
    }
  }
}
