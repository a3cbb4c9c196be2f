package io.chromasync.chroma;

import io.chromasync.model.Collection;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RunReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mutations that did not reach Chroma although it takes others: a dead letter of each, and what
 * the runs that brought them lack.
 *
 * <p>A server that refuses everything would empty the stream into dead letters. So the job fails
 * when it has refused so many mutations of one verb and collection in a row, none taken in between:
 * that is no fault of theirs. Nothing of it is lost, as the checkpoint before is where the job
 * resumes.
 *
 * <p>Owned by the task's thread.
 */
final class Rejections {

  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

  private final ChromaSettings settings;
  private final SinkMetrics metrics;
  private final Map<Collection, Map<Verb, Integer>> inARow = new EnumMap<>(Collection.class);
  private final LostVectors lost = new LostVectors();
  private final List<DeadLetter> letters = new ArrayList<>();

  /** The last one rejected if it was a sweep, of which several requests may be refused. */
  private Mutation newestSweep;

  Rejections(ChromaSettings settings, SinkMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
    for (Collection collection : Collection.values()) {
      inARow.put(collection, new EnumMap<>(Verb.class));
    }
  }

  /** Chroma has taken a group. */
  void taken(Group group) {
    inARow.get(group.collection()).remove(group.verb());
  }

  /**
   * Chroma does not take a mutation.
   *
   * @throws ChromaFailure if it seems to take none
   */
  void add(Mutation mutation, String reason) throws ChromaFailure {
    Collection collection = mutation.record().collection();
    int times = inARow.get(collection).merge(mutation.verb(), 1, Integer::sum);
    if (times >= settings.maxRejectedInARow()) {
      throw new ChromaFailure(
          ("Chroma at %s: %s mutations %s in collection '%s' were rejected one after the other, and"
                  + " none was taken in between, so it is not their fault; change what the server"
                  + " takes, or raise 'chroma.%s' to make all of them dead letters; last: %s")
              .formatted(
                  settings.url(),
                  times,
                  mutation.verb(),
                  settings.nameOf(collection),
                  ChromaSettings.MAX_REJECTED_IN_A_ROW.key(),
                  reason));
    }
    if (mutation.verb() == Verb.SWEEP && mutation.equals(newestSweep)) {
      return;
    }
    newestSweep = mutation.verb() == Verb.SWEEP ? mutation : null;
    metrics.rejected(collection);
    drop(mutation, "was rejected: " + reason);
  }

  /** A mutation is not sent, because Chroma takes none like it. */
  void drop(Mutation mutation, String why) {
    LOG.warn(
        "A mutation is a dead letter. verb={} id={} reason={}",
        mutation.verb(),
        mutation.record().id(),
        why);
    add(letter(mutation, why));
    lost.add(mutation);
  }

  /** A mutation is sent without a part of it. */
  void lacks(Mutation mutation, String what) {
    add(letter(mutation, what));
  }

  private void add(DeadLetter letter) {
    letters.add(letter);
    metrics.letter();
  }

  /** The letters since the last call. */
  List<DeadLetter> letters() {
    List<DeadLetter> told = List.copyOf(letters);
    letters.clear();
    return told;
  }

  /** A report, as true as it is now that all before it is written or rejected. */
  RunReport settled(RunReport report) {
    return lost.settled(report);
  }

  private DeadLetter letter(Mutation mutation, String what) {
    return new DeadLetter(
        mutation.source(),
        mutation.record().entity().path(),
        Reason.REJECTED,
        "%s of '%s' in collection '%s' %s"
            .formatted(
                mutation.verb(),
                mutation.record().id(),
                settings.nameOf(mutation.record().collection()),
                what));
  }
}
