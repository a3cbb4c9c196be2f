package io.chromasync.chroma.delivery;

import io.chromasync.chroma.ChromaOptions;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.SinkMetrics;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteKind;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RunReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutations that Chroma rejected while it accepted other mutations. Collects their dead letters,
 * and corrects the reports of the runs that caused them.
 *
 * <p>A server that rejects everything would turn all changes into dead letters. The job therefore
 * fails after a number of consecutive rejections of one verb and collection, because the mutations
 * are then not at fault. Nothing is lost: the job resumes from the last checkpoint.
 *
 * <p>Owned by the task's thread.
 */
public final class Rejections {

  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

  private final ChromaSettings settings;
  private final SinkMetrics metrics;
  private final Map<WriteKind, Integer> inARow = new HashMap<>();
  private final RejectedVectors lost = new RejectedVectors();
  private final List<DeadLetter> letters = new ArrayList<>();

  /**
   * Last rejected mutation if it was a delete by filter: several of its requests may be rejected.
   */
  private Mutation newestDelete;

  /** Creates the rejections of a sink task; there are none yet. */
  public Rejections(ChromaSettings settings, SinkMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
  }

  /** Resets the count of consecutive rejections after Chroma has accepted a group. */
  void taken(WriteGroup group) {
    inARow.remove(group.kind());
  }

  /**
   * Records a rejected mutation.
   *
   * @throws ChromaFailure if Chroma seems to reject every mutation
   */
  void add(Mutation mutation, String reason) throws ChromaFailure {
    CollectionName collection = mutation.record().collection();
    int times = inARow.merge(WriteKind.of(mutation), 1, Integer::sum);
    if (times >= settings.maxRejectedInARow()) {
      throw new ChromaFailure(
          ("Chroma at %s: %s mutations %s in collection '%s' were rejected consecutively and none"
                  + " was accepted in between, so the mutations are not the cause; change the"
                  + " limits of the server, or raise 'chroma.%s' to make all of them dead letters;"
                  + " last: %s")
              .formatted(
                  settings.url(),
                  times,
                  mutation.verb(),
                  settings.nameOf(collection),
                  ChromaOptions.MAX_REJECTED_IN_A_ROW.key(),
                  reason));
    }
    if (mutation.verb() == Verb.DELETE_BY_FILTER && mutation.equals(newestDelete)) {
      return;
    }
    newestDelete = mutation.verb() == Verb.DELETE_BY_FILTER ? mutation : null;
    metrics.rejected(collection);
    drop(mutation, "was rejected: " + reason);
  }

  /** Records a mutation that is not sent, because it exceeds Chroma's limits. */
  public void drop(Mutation mutation, String why) {
    LOG.warn(
        "A mutation is a dead letter. verb={} id={} reason={}",
        mutation.verb(),
        mutation.record().id(),
        why);
    add(letter(mutation, why));
    lost.add(mutation);
  }

  /** Records a mutation that is sent without a part of its content. */
  public void lacks(Mutation mutation, String what) {
    add(letter(mutation, what));
  }

  private void add(DeadLetter letter) {
    letters.add(letter);
    metrics.letter();
  }

  /** Returns the dead letters since the last call. */
  public List<DeadLetter> letters() {
    List<DeadLetter> taken = List.copyOf(letters);
    letters.clear();
    return taken;
  }

  /**
   * Returns a report corrected by the rejections so far; everything before it is written or
   * rejected.
   */
  public RunReport settled(RunReport report) {
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
