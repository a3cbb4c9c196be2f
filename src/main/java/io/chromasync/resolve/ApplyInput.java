package io.chromasync.resolve;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkInput;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.resolve.rules.ChangeOutcome;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.SnapshotMerge.Merged;
import io.chromasync.resolve.rules.WorkingSet;
import java.util.function.LongFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies one input to the facts of its partition: a change, a snapshot, or a step of a delta.
 * Changes that are too late and failed runs become dead letters.
 */
final class ApplyInput {

  private static final Logger LOG = LoggerFactory.getLogger(ApplyInput.class);

  private final LongFunction<Resolver> resolver;
  private final ExpiryTimers timers;
  private final ResolveMetrics metrics;

  /**
   * @param resolver returns the resolver at a processing time
   */
  ApplyInput(LongFunction<Resolver> resolver, ExpiryTimers timers, ResolveMetrics metrics) {
    this.resolver = resolver;
    this.timers = timers;
    this.metrics = metrics;
  }

  /** Applies an input, and emits the mutations that follow from it. */
  void apply(
      ResolveInput arrival,
      WorkingSet memory,
      KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context,
      Collector<SinkInput> out) {
    switch (arrival.kind()) {
      case CHANGE -> apply(arrival.change(), memory, context, out);
      case SNAPSHOT -> merge(arrival.listed(), memory, context, out);
      case DELTA -> follow(arrival.step(), memory, context, out);
      case ORPHAN ->
          emit(
              resolver.apply(context.currentProcessingTime()).orphan(arrival.orphan(), memory),
              arrival.partition(),
              out);
      case QUERY -> throw new IllegalArgumentException("a query changes nothing");
    }
  }

  private void apply(
      FactChange change,
      WorkingSet memory,
      KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context,
      Collector<SinkInput> out) {
    Resolution resolution =
        resolver
            .apply(context.currentProcessingTime())
            .resolve(change, memory, timers.oldest(context.timerService()));
    metrics.count(change, resolution);
    if (resolution.outcome() == ChangeOutcome.TOO_LATE) {
      send(tooLate(change), context);
    }
    if (change.embedding() != null) {
      timers.vector(change.version().micros(), context.timerService());
    }
    if (memory.isTombstone(change.entity())) {
      timers.deletion(change.version().micros(), context.timerService());
    }
    emit(resolution.causedBy(change.source()), change.partition(), out);
  }

  /**
   * Merges a snapshot. It always registers a timer, because entities may have been removed, or
   * nothing may be left.
   */
  private void merge(
      SnapshotFacts listed,
      WorkingSet memory,
      KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context,
      Collector<SinkInput> out) {
    Merged merged =
        resolver
            .apply(context.currentProcessingTime())
            .merge(listed, memory, timers.oldest(context.timerService()));
    metrics.count(listed, merged);
    if (merged.withoutVector() > 0) {
      LOG.info(
          "A repair writes only the metadata of records, because their vectors are not kept;"
              + " records that Chroma has lost need their run again. partition={} records={}",
          listed.partition(),
          merged.withoutVector());
    }
    for (int i = 0; i < listed.facts().size(); i++) {
      if (merged.outcomes().get(i) == ChangeOutcome.TOO_LATE) {
        send(tooLate(listed.facts().get(i)), context);
      }
    }
    if (listed.facts().stream().anyMatch(change -> change.embedding() != null)) {
      timers.vector(listed.asOf().micros(), context.timerService());
    }
    timers.deletion(listed.asOf().micros(), context.timerService());
    emit(merged.followed(), listed.partition(), out);
  }

  private void follow(
      DeltaStep step,
      WorkingSet memory,
      KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context,
      Collector<SinkInput> out) {
    switch (step.kind()) {
      case OPENS -> {
        Resolution resolution =
            resolver
                .apply(context.currentProcessingTime())
                .open(step, memory, timers.oldest(context.timerService()));
        metrics.countDelta(step, resolution);
        emit(resolution.causedBy(step.source()), step.partition(), out);
      }
      case BRINGS -> {
        Resolution resolution = resolver.apply(context.currentProcessingTime()).bring(step, memory);
        metrics.countVector(step, resolution);
        timers.vector(step.version().micros(), context.timerService());
        emit(resolution.causedBy(step.source()), step.partition(), out);
      }
      case ENDS -> end(step, memory, context, out);
    }
  }

  /** Ends a delta. The report follows all mutations of the delta. */
  private void end(
      DeltaStep step,
      WorkingSet memory,
      KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context,
      Collector<SinkInput> out) {
    RunDelta delta = step.delta();
    RunReport report;
    if (step.error() != null) {
      report = RunReport.failed(delta, step.error());
      send(new DeadLetter(delta.source(), delta.path(), Reason.RUN_FAILED, step.error()), context);
    } else {
      report = resolver.apply(context.currentProcessingTime()).report(step, memory);
      if (report == null) {
        DeadLetter letter = tooLate(delta.source(), delta.path(), "no delta of its scope is known");
        report = RunReport.failed(delta, letter.detail());
        send(letter, context);
      }
    }
    metrics.countReport(report);
    out.collect(SinkInput.of(report));
  }

  private void send(
      DeadLetter letter, KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context) {
    metrics.letter();
    context.output(ResolveFacts.DEAD_LETTERS, letter);
  }

  /** Emits the mutations of a resolution, and logs records that lack their vectors. */
  void emit(Resolution resolution, String partition, Collector<SinkInput> out) {
    if (resolution.missing() > 0) {
      metrics.missing(resolution.missing());
      LOG.warn(
          "Deleted records were recreated, but their vectors are no longer kept; a new run must"
              + " supply the vectors. partition={} records={}",
          partition,
          resolution.missing());
    }
    resolution.mutations().forEach(mutation -> out.collect(SinkInput.of(mutation)));
  }

  private DeadLetter tooLate(FactChange change) {
    return tooLate(change.source(), change.entity().path(), "nothing is known of its entity");
  }

  private DeadLetter tooLate(ItemChange change, String entity, String unknown) {
    return new DeadLetter(
        change,
        entity,
        Reason.TOO_LATE,
        "the change is older than resolve.tombstone-retention (%s) and %s"
            .formatted(timers.tombstoneRetention(), unknown));
  }
}
