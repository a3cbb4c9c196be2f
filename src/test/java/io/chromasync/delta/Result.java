package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/** What Flink would be told of one delta; it is emitted when a test says so. */
final class Result implements ResultFuture<DeltaStep> {

  private final CompletableFuture<Collection<DeltaStep>> steps = new CompletableFuture<>();

  private final boolean emits;

  private Result(boolean emits) {
    this.emits = emits;
  }

  /** One that holds its steps until a test emits them. */
  static Result held() {
    return new Result(false);
  }

  /** One that emits its steps as soon as they come, as Flink does when nothing is in its way. */
  static Result emitted() {
    return new Result(true);
  }

  @Override
  public void complete(Collection<DeltaStep> result) {
    steps.complete(emits ? iterated(result) : result);
  }

  @Override
  public void completeExceptionally(Throwable error) {
    steps.completeExceptionally(error);
  }

  @Override
  public void complete(CollectionSupplier<DeltaStep> supplier) {
    throw new UnsupportedOperationException();
  }

  boolean isDone() {
    return steps.isDone();
  }

  /** Waits for them without iterating. */
  Collection<DeltaStep> await() throws Exception {
    return steps.get(60, TimeUnit.SECONDS);
  }

  /** Waits for them and iterates as Flink does. */
  List<DeltaStep> emit() throws Exception {
    return iterated(await());
  }

  private static List<DeltaStep> iterated(Collection<DeltaStep> steps) {
    List<DeltaStep> emitted = new ArrayList<>();
    for (DeltaStep step : steps) {
      emitted.add(step);
    }
    return emitted;
  }
}
