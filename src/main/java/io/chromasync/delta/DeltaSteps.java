package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.RunDelta;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Steps of one delta, created during iteration, with an action at the end of the first iteration.
 * {@link DeltaOperator} iterates once while emitting, so the end means that the delta's memory is
 * no longer needed.
 */
final class DeltaSteps extends AbstractCollection<DeltaStep> {

  private final RunDelta delta;
  private final DeltaContent content;
  private final String error;
  private final Runnable emitted;
  private final AtomicBoolean ended = new AtomicBoolean();

  private DeltaSteps(RunDelta delta, DeltaContent content, String error, Runnable emitted) {
    this.delta = delta;
    this.content = content;
    this.error = error;
    this.emitted = emitted;
  }

  static DeltaSteps of(RunDelta delta, DeltaContent content, Runnable emitted) {
    return new DeltaSteps(delta, content, null, emitted);
  }

  static DeltaSteps failure(RunDelta delta, String error, Runnable emitted) {
    return new DeltaSteps(delta, null, error, emitted);
  }

  @Override
  public int size() {
    return content == null ? 1 : content.embeddings().size() + 2;
  }

  @Override
  public Iterator<DeltaStep> iterator() {
    return new InOrder();
  }

  /** Short text without iteration, because an iteration would count as the emitting iteration. */
  @Override
  public String toString() {
    return size() + " steps of run " + delta.run();
  }

  private DeltaStep step(int index) {
    if (content == null) {
      return DeltaStep.fails(delta, error);
    }
    if (index == 0) {
      return DeltaStep.opens(delta, content.fact());
    }
    if (index == size() - 1) {
      return DeltaStep.ends(delta);
    }
    Embedding embedding = content.embeddings().get(index - 1);
    return DeltaStep.brings(delta, embedding);
  }

  private final class InOrder implements Iterator<DeltaStep> {
    private int next;

    @Override
    public boolean hasNext() {
      boolean more = next < size();
      if (!more && ended.compareAndSet(false, true)) {
        emitted.run();
      }
      return more;
    }

    @Override
    public DeltaStep next() {
      if (next >= size()) {
        throw new NoSuchElementException();
      }
      return step(next++);
    }
  }
}
