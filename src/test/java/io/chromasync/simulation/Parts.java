package io.chromasync.simulation;

import io.chromasync.chroma.SimulatedSink.FreshFault;
import io.chromasync.chroma.SimulatedSink.GuardFault;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.resolve.SimulatedResolve;
import io.chromasync.resolve.SimulatedResolve.LastRewrite;
import io.chromasync.resolve.rules.StateChunk;
import java.util.List;
import java.util.Set;

/** The joints of the path where a {@link Mutant} may break it; here nothing is broken. */
class Parts {

  /** The history in which what is broken here may show. */
  Plan plan(long seed) {
    return Plan.of(seed);
  }

  /** The version of a change, as the path takes it. */
  Version version(Version version) {
    return version;
  }

  /** What state keeps of a chunk that is put into it. */
  StateChunk remembered(StateChunk chunk) {
    return chunk;
  }

  /** The pieces in which a reading of a whole image comes to resolve. */
  List<SnapshotFacts> pieces(SnapshotFacts reading) {
    return List.of(reading);
  }

  /** What a change is heard as by an image; null = it is not. */
  FactChange heard(FactChange change, SimulatedResolve image) {
    return change;
  }

  /** The domain's rule. */
  Projection projection() {
    return new ReceiptProjection(true);
  }

  /** Whether the end of a whole reading waits for a checkpoint that holds all it lists. */
  boolean endsWait() {
    return true;
  }

  /** As of when a whole reading ends what it did not list. */
  Version endsAsOf(Version asOf) {
    return asOf;
  }

  /** What an image writes, but for repairs and rewrites; null = nothing. */
  Mutation resolved(Mutation mutation, SimulatedResolve before, SimulatedResolve after) {
    return mutation;
  }

  /** What leaves resolve. */
  Mutation emitted(Mutation mutation) {
    return mutation;
  }

  /** Whether Chroma is to be rewritten after a rollback. */
  boolean isDue(Rollback rollback, LastRewrite last) {
    return SimulatedResolve.isDue(rollback, last);
  }

  /** What a rewrite after a rollback of Chroma writes. */
  List<Mutation> rewritten(List<Mutation> mutations) {
    return mutations;
  }

  /** How the sink watches that Chroma does not go back. */
  GuardFault guard() {
    return GuardFault.NONE;
  }

  /** Ways in which what is published of freshness is broken. */
  Set<FreshFault> fresh() {
    return Set.of();
  }

  /** Whether the deltas of a run that was read hold the watermark until they are merged. */
  boolean deltasHold() {
    return true;
  }

  /** Whether the writer takes a mutation of which it may hold something older. */
  boolean isTaken(Mutation mutation, boolean holdsOlder) {
    return true;
  }

  /** How many writers there are. */
  int tasks() {
    return 2;
  }

  /** The writer that a mutation reaches: that of its image, as the sink is chained. */
  int task(Mutation mutation) {
    return task(mutation.record().partition());
  }

  /** The writer of an image. */
  final int task(String image) {
    return Math.floorMod(image.hashCode(), tasks());
  }

  /** The queue of a writer. */
  WriteQueue queue(WindowSettings window) {
    return new WriteQueue(window, List::of);
  }

  /** Whether a checkpoint waits until all is acknowledged. */
  boolean flushes() {
    return true;
  }

  /** Whether the job crashes when it has read and written a change, not by chance alone. */
  boolean crashesAfter(Change change) {
    return false;
  }

  /** How long records rest when an old request may still be applied. */
  String settle() {
    return "2 s";
  }

  /** The status that the writer gets to see. */
  int answered(int status) {
    return status;
  }

  /** Whether a status is believed, whoever it comes from. */
  boolean believes(int status) {
    return false;
  }

  /** Where reading goes on after a restore, by what the checkpoint says. */
  int position(int checkpointed) {
    return checkpointed;
  }
}
