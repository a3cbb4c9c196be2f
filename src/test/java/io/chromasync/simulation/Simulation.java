package io.chromasync.simulation;

import io.chromasync.chroma.Mark;
import io.chromasync.chroma.SimulatedSink;
import io.chromasync.chroma.SimulatedSink.Failed;
import io.chromasync.chroma.SimulatedSink.GivenUp;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Mutation;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.SimulatedResolve;
import io.chromasync.resolve.SimulatedResolve.LastRewrite;
import io.chromasync.simulation.Listing.Kind;
import io.chromasync.testing.ChromaModel.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One history on its way to a model Chroma: changes are read, deltas load, time passes, checkpoints
 * complete or do not, and the job crashes; one thread, simulated time, and chance from one seed.
 * Ends when all is read, loaded, written and checkpointed, or with a {@link Violation}.
 */
final class Simulation implements ModelChroma.Watcher {

  /** So many deltas load at once. */
  private static final int LOADING_AT_ONCE = 2;

  /** How long a failed job is down: longer than a request of it can be on its way. */
  private static final int DOWN_MILLIS = ModelChroma.ON_ITS_WAY_MILLIS + 1_000;

  /** Far more than any takes. */
  private static final int MOST_STEPS = 20_000;

  private final Parts parts;
  private final Story story;
  private final History history;
  private final Readings readings;
  private final Arrival arrival;
  private final WindowSettings window;
  private final RandomGenerator schedule;
  private final RandomGenerator retries;
  private final RandomGenerator losses;
  private final ModelChroma chroma;
  private final SimulatedSink sink;
  private final NoGoingBack noGoingBack = new NoGoingBack();
  private final NothingLost nothingLost;
  private final Fresh fresh;
  private final RandomGenerator watermarks;
  private final boolean isFresh;
  private final int mostCrashes;
  private final Rollbacks rollbacks;
  private final boolean forgets;

  private SimulatedPath path;
  private final List<Opened> opened = new ArrayList<>();
  private final List<RunReport> reports = new ArrayList<>();
  private final Checkpoints checkpoints;
  private int crashes;

  /**
   * A delta of which some steps were taken.
   *
   * @param isFirst whether it was not loaded before
   * @param steps those that are left
   */
  private record Opened(RunDelta delta, boolean isFirst, Queue<DeltaStep> steps) {}

  Simulation(Plan plan, Parts parts, Story story) {
    Chance chance = new Chance(plan.seed());
    this.parts = parts;
    this.story = story;
    History whole = TableLife.of(chance.of("history"), plan.changes());
    history = whole.since(plan.missed());
    Arrival changes =
        plan.disorder()
            ? Arrival.disordered(history, chance.of("arrival"))
            : Arrival.inOrder(history);
    readings = Readings.of(whole, plan.missed(), chance.of("readings"));
    losses = chance.of("losses");
    arrival = changes.and(readings.told()).and(readings.end());
    schedule = chance.of("schedule");
    retries = chance.of("retries");
    RandomGenerator settings = chance.of("settings");
    window =
        new WindowSettings(
            Duration.ofMillis(1 + settings.nextInt(1_000)), 1 + settings.nextInt(20), 1 << 20);
    RandomGenerator faults = chance.of("faults");
    Faults mix = plan.faults() == null ? Faults.some(faults) : plan.faults();
    chroma = new ModelChroma(faults, mix, parts, this, story);
    sink =
        new SimulatedSink(
            chroma,
            () -> parts.queue(window),
            Map.of(
                "max-records-per-request",
                "" + (1 + settings.nextInt(9)),
                "settle",
                parts.settle()),
            this::askForRepair,
            parts.guard(),
            parts.fresh());
    chroma.join(sink);
    fresh = new Fresh(chroma.collections(), parts::task);
    watermarks = chance.of("watermarks");
    isFresh = watermarks.nextBoolean();
    nothingLost = new NothingLost(history.deltas());
    mostCrashes = plan.crashes();
    rollbacks = new Rollbacks(chance.of("backups"), plan.rollbacks(), story);
    // In order nothing brings back what is older than a vector that was kept for a while.
    // What is published of freshness makes a job fail whose Chroma goes back.
    forgets =
        !plan.disorder() && plan.crashes() == 0 && !isFresh && chance.of("forgets").nextBoolean();
    checkpoints = new Checkpoints(new State(arrival.shards().size()), chance.of("checkpoints"));
  }

  Simulation run() {
    start(new State(arrival.shards().size()));
    boolean isDone = false;
    for (int steps = 0; !isDone; steps++) {
      if (steps > MOST_STEPS) {
        throw new IllegalStateException("the simulation does not end");
      }
      try {
        isDone = hasMore() ? step() : end();
      } catch (Failed e) {
        story.tell(() -> "fails: " + e.getCause().getMessage());
        restore();
      } catch (GivenUp e) {
        throw new Violation(3, e.getMessage());
      }
    }
    nothingLost.checkEnd(arrival.shards(), state().outcomes);
    return this;
  }

  Map<SimulatedFault, Integer> faults() {
    return chroma.faults();
  }

  int crashes() {
    return crashes;
  }

  int rollbacks() {
    return rollbacks.happened();
  }

  int changes() {
    return history.changes().size();
  }

  int writes() {
    return chroma.writes();
  }

  @Override
  public void written(String operation, Set<String> ids) {
    nothingLost.written(operation, ids);
    ids.forEach(id -> fresh.written(collection(id), Fresh.image(id)));
  }

  private static CollectionName collection(String id) {
    return id.contains("#WORD#") ? ReceiptTree.WORDS : ReceiptTree.LINES;
  }

  @Override
  public void published(String collection, int task, long upTo) {
    fresh.published(collection, task, upTo, missing(collection, task, upTo));
  }

  /** What is not newer than an instant, and was not read, or not merged. */
  private List<Object> missing(String collection, int task, long upTo) {
    List<Object> missing = new ArrayList<>();
    for (Change change : unread()) {
      if (millis(change.item().version()) <= upTo && parts.task(change.image()) == task) {
        missing.add(change);
      }
    }
    for (RunDelta delta : path.loading()) {
      if (millis(delta.version()) <= upTo
          && parts.task(delta.partition()) == task
          && delta.collection().name().equals(collection)) {
        missing.add(Delta.name(delta));
      }
    }
    return missing;
  }

  /** The changes that are to be read; readings of the table are none. */
  private List<Change> unread() {
    List<Change> unread = new ArrayList<>();
    for (int shard = 0; shard < arrival.shards().size() - 2; shard++) {
      List<Change> all = arrival.shards().get(shard);
      unread.addAll(all.subList(state().positions[shard], all.size()));
    }
    return unread;
  }

  private static long millis(Version version) {
    return version.micros() / 1_000;
  }

  /** The source says up to when everything was read. */
  private void watermark() throws Failed {
    if (isFresh) {
      long all =
          history.changes().stream().mapToLong(c -> millis(c.item().version())).max().orElse(1);
      path.watermark(
          unread().stream().mapToLong(c -> millis(c.item().version()) - 1).min().orElse(all));
    }
  }

  @Override
  public void shown(String id, Stored record) {
    noGoingBack.shown(id, record);
  }

  /** Always says that there is more to do. */
  private boolean step() throws Failed {
    rollbacks.step(chroma, sink, this::chromaIsBack);
    readRequest();
    if (watermarks.nextInt(4) == 0) {
      watermark();
    }
    int dice = schedule.nextInt(100);
    if (dice < 55) {
      read();
    } else if (dice < 82) {
      load();
    } else if (dice < 92) {
      sink.runUntil(sink.now() + schedule.nextInt(800));
    } else if (dice < 95) {
      checkpoint();
    } else if (dice < 97) {
      rest();
    } else if (crashes < mostCrashes) {
      crash();
    }
    sink.runUntil(sink.now() + schedule.nextInt(4));
    return false;
  }

  private boolean end() throws Failed {
    watermark();
    rest();
    reports.addAll(sink.reports());
    checkpoint();
    awaitNotice();
    if (readRequest() || !reports.isEmpty()) {
      return false;
    }
    flush();
    check();
    return true;
  }

  /** A job with nothing to write notices by the clock, when Chroma answers. */
  private void awaitNotice() throws Failed {
    int checks = rollbacks.happened() > state().repaired ? ModelChroma.MOST_FAULTS : 0;
    for (int i = 0; i < checks && state().requestsRead == rollbacks.requests().size(); i++) {
      sink.runUntil(sink.now() + SimulatedSink.CHECK_MILLIS);
    }
  }

  private void askForRepair(Rollback rollback) {
    rollbacks.ask(rollback);
  }

  private void chromaIsBack() {
    noGoingBack.suspend();
    fresh.goBack(chroma.freshNow(), tasks(), losing());
    if (forgets && areReadingsOver()) {
      state().images.values().forEach(SimulatedResolve::forgetShownVectors);
    }
  }

  /** One that ends later removes what it did not list, though a newer vector came meanwhile. */
  private boolean areReadingsOver() {
    int changes = arrival.shards().size() - 2;
    return shardsLeft().stream().allMatch(shard -> shard < changes);
  }

  /** Reads the next request for a rewrite, if there is one. */
  private boolean readRequest() throws Failed {
    List<Rollbacks.Request> requests = rollbacks.requests();
    if (state().requestsRead == requests.size()) {
      return false;
    }
    Rollbacks.Request request = requests.get(state().requestsRead++);
    if (parts.isDue(request.rollback(), state().rewritten)) {
      story.tell(() -> "rewrites everything");
      state().rewritten = new LastRewrite(request.rollback().from(), sink.now());
      state().repaired = request.after();
      rollbacks.leaveUnrepaired(path.take(request.rollback()));
      fresh.rewritten();
    }
    for (int task = 0; task < parts.tasks(); task++) {
      sink.rewritten(request.rollback(), task);
    }
    return true;
  }

  private boolean hasMore() {
    return !opened.isEmpty() || !state().loading.isEmpty() || !shardsLeft().isEmpty();
  }

  private List<Integer> shardsLeft() {
    List<Integer> left = new ArrayList<>();
    for (int shard = 0; shard < arrival.shards().size(); shard++) {
      if (state().positions[shard] < arrival.shards().get(shard).size()) {
        left.add(shard);
      }
    }
    return left;
  }

  private Change next(int shard) {
    return arrival.shards().get(shard).get(state().positions[shard]);
  }

  /** The end of a whole reading is told when a complete checkpoint holds all that it lists. */
  private boolean isTold(Change change) {
    int told = arrival.shards().size() - 2;
    return !change.is(Kind.END)
        || !parts.endsWait()
        || checkpoints.newest().positions[told] >= readings.listedUntil();
  }

  private void read() throws Failed {
    List<Integer> shards = shardsLeft();
    shards.removeIf(shard -> !isTold(next(shard)));
    if (!shards.isEmpty()) {
      int shard = shards.get(schedule.nextInt(shards.size()));
      Change change = next(shard);
      state().positions[shard]++;
      story.tell(() -> "reads " + change);
      nothingLost.read(change);
      if (change.isReading()) {
        noGoingBack.read(change.image(), history.since(change));
      }
      if (change.is(Kind.REPAIR)) {
        lose(change.image());
      }
      path.take(change);
      if (!change.isReading()) {
        fresh.taken(millis(change.item().version()));
      }
      if (crashes < mostCrashes && parts.crashesAfter(change)) {
        flush();
        crash();
      }
    }
  }

  /** Somebody deletes a record of an image from Chroma; who does so asks for a repair. */
  private void lose(String image) {
    List<String> ids = new ArrayList<>(chroma.records().keySet());
    ids.removeIf(id -> !id.startsWith("IMAGE#" + image + "#"));
    if (!ids.isEmpty()) {
      String id = ids.get(losses.nextInt(ids.size()));
      story.tell(() -> "somebody deletes " + id);
      chroma.collections().values().forEach(collection -> collection.records().remove(id));
      fresh.lose(id);
      noGoingBack.suspend();
    }
  }

  /** Goes on with a delta that is loaded, or with another. */
  private void load() throws Failed {
    List<RunDelta> loading = state().loading;
    if (!loading.isEmpty() && opened.size() < LOADING_AT_ONCE) {
      open(loading.remove(schedule.nextInt(loading.size())));
    }
    if (!opened.isEmpty()) {
      takeOne();
    }
  }

  private void open(RunDelta delta) {
    Delta found = history.deltas().get(Delta.name(delta));
    story.tell(() -> "loads " + Delta.name(delta) + ": " + found);
    nothingLost.loaded(found);
    boolean isFirst = state().loaded.put(Delta.name(delta), found) == null;
    opened.add(new Opened(delta, isFirst, new ArrayDeque<>(found.steps(delta))));
  }

  /** One step of any delta that is loaded. */
  private void takeOne() throws Failed {
    int which = schedule.nextInt(opened.size());
    RunDelta delta = opened.get(which).delta();
    Queue<DeltaStep> steps = opened.get(which).steps();
    DeltaStep step = steps.remove();
    boolean isLast = steps.isEmpty();
    if (isLast) {
      opened.remove(which);
    }
    path.take(step);
    if (isLast) {
      fresh.taken(millis(delta.version()));
      path.merged(delta);
    }
  }

  private void takeAll() throws Failed {
    while (!opened.isEmpty()) {
      takeOne();
    }
  }

  /** The barrier may come between two steps of a delta, which then comes whole after a restore. */
  private void checkpoint() throws Failed {
    if (schedule.nextBoolean()) {
      takeAll();
    }
    rollbacks.checkpoint(chroma, sink);
    if (parts.flushes()) {
      sink.flush();
      reports.addAll(sink.reports());
      state().marks = sink.marks();
    }
    boolean completes = schedule.nextInt(8) > 0;
    story.tell(() -> "checkpoint" + (completes ? "" : " does not complete"));
    if (completes) {
      reports.forEach(nothingLost::told);
      reports.clear();
      checkpoints.add(withOpened());
    }
  }

  private State withOpened() {
    State state = state().copy();
    for (Opened each : opened) {
      state.loading.add(each.delta());
      if (each.isFirst()) {
        state.loaded.remove(Delta.name(each.delta()));
      }
    }
    return state;
  }

  /** Nothing is read until all is written: then Chroma must show what was read. */
  private void rest() throws Failed {
    flush();
    boolean isRepaired = state().repaired == rollbacks.happened();
    boolean isAsItWas = !noGoingBack.isSuspended() || checkpoints.holdAllOf(state());
    if (isRepaired && isAsItWas) {
      check();
      noGoingBack.resume(chroma.collections());
      fresh.rest();
    }
  }

  private void flush() throws Failed {
    takeAll();
    sink.flush();
  }

  private void check() {
    story.tell(() -> "rests, and all must be right");
    rollbacks.check();
    List<Change> read = arrival.until(state().positions);
    Expectation.of(read, state().loaded.values()).check(chroma.records(), rollbacks.unrepaired());
  }

  private void crash() {
    story.tell(() -> "crashes");
    restore();
  }

  /** The job ends, and begins again with the state of a checkpoint. */
  private void restore() {
    crashes++;
    sink.stop();
    noGoingBack.suspend();
    checkpoints.fail(state());
    opened.clear();
    reports.clear();
    passDown();
    rollbacks.jobIsDown(chroma, sink, noGoingBack::suspend);
    State restored = checkpoints.restored();
    for (int shard = 0; shard < arrival.shards().size(); shard++) {
      int position = parts.position(restored.positions[shard]);
      restored.positions[shard] = Math.min(position, arrival.shards().get(shard).size());
    }
    start(restored);
    story.tell(() -> "restored at %s".formatted(sink.now()));
  }

  private void passDown() {
    try {
      sink.runUntil(sink.now() + DOWN_MILLIS);
    } catch (Failed e) {
      throw new IllegalStateException("a writer that has ended fails", e);
    }
  }

  private void start(State state) {
    boolean restarted = !state.images.isEmpty();
    path =
        new SimulatedPath(sink, window.maxAge().toMillis(), parts, this::emitted, state, restarted);
    fresh.start(lacking(timestamps(state.marks)));
    sink.start(parts.tasks(), retries, state.marks);
  }

  private Set<Integer> tasks() {
    return IntStream.range(0, parts.tasks()).boxed().collect(Collectors.toSet());
  }

  /** The tasks that have published, or whose mark Chroma lacks. */
  private Set<Integer> losing() {
    Set<Integer> losing = lacking(sink.acknowledged());
    losing.addAll(sink.published().keySet());
    return losing;
  }

  /** The tasks of which Chroma lacks a mark. */
  private Set<Integer> lacking(Map<Integer, Long> marks) {
    Map<Integer, Long> held = chroma.marked();
    return marks.entrySet().stream()
        .filter(mark -> held.getOrDefault(mark.getKey(), 0L) < mark.getValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static Map<Integer, Long> timestamps(List<Mark> marks) {
    return marks.stream().collect(Collectors.toMap(Mark::task, Mark::at));
  }

  private void emitted(Mutation mutation) {
    fresh.emitted(mutation);
    noGoingBack.emitted(mutation);
    rollbacks.emitted(mutation);
  }

  private State state() {
    return path.state();
  }
}
