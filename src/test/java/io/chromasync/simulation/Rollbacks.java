package io.chromasync.simulation;

import io.chromasync.chroma.SimulatedSink;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.Rollback;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Somebody copies what Chroma holds, now and then, and starts Chroma on such a copy, by chance; and
 * the requests for repairs that follow, as files in a folder: the first of a name stays.
 */
final class Rollbacks {

  /** Within how many milliseconds something happens that is about to. */
  private static final int SOON = 3_000;

  /** About how long a checkpoint takes that waits for a few requests. */
  private static final int CHECKPOINT = 200;

  /** For how many milliseconds Chroma is away at least: longer than a get and an upsert take. */
  private static final int LEAST_AWAY = 200;

  private final RandomGenerator random;
  private final int most;
  private final Story story;
  private final List<ModelChroma.Copy> copies = new ArrayList<>();
  private final Map<String, Request> requests = new LinkedHashMap<>();
  private final Set<String> unrepaired = new TreeSet<>();
  private int happened;
  private boolean falseAlarm;

  /**
   * A request.
   *
   * @param after how often Chroma had gone back by then
   */
  record Request(Rollback rollback, int after) {}

  Rollbacks(RandomGenerator random, int most, Story story) {
    this.random = random;
    this.most = most;
    this.story = story;
  }

  /** How often Chroma went back. */
  int happened() {
    return happened;
  }

  /** A Chroma that never went back is never said to have. */
  void check() {
    if (falseAlarm) {
      throw new Violation(3, "a repair is asked for, but Chroma did not go back");
    }
  }

  /** In the order in which they were put. */
  List<Request> requests() {
    return List.copyOf(requests.values());
  }

  /** The ids of records that only a run can bring again. */
  Set<String> unrepaired() {
    return unrepaired;
  }

  void ask(Rollback rollback) {
    story.tell(() -> "asks for a repair: " + rollback.line());
    falseAlarm |= happened == 0;
    Request asked = requests.putIfAbsent(rollback.name(), new Request(rollback, happened));
    if (asked != null) {
      Rollback again =
          new Rollback(rollback.from(), rollback.to(), rollback.to(), rollback.since());
      requests.put(
          "%s-%s".formatted(rollback.name(), requests.size()), new Request(again, happened));
    }
  }

  void leaveUnrepaired(List<String> ids) {
    story.tell(() -> "cannot repair " + ids);
    unrepaired.addAll(ids);
  }

  /** What is written again is repaired. */
  void emitted(Mutation mutation) {
    if (mutation.verb() == Verb.UPSERT) {
      unrepaired.remove(mutation.record().id());
    }
  }

  /** Something may happen soon, whatever the job does then. */
  void step(ModelChroma chroma, SimulatedSink sink, Runnable whenGone) {
    if (most == 0) {
      return;
    }
    if (random.nextInt(12) == 0) {
      sink.at(sink.now() + random.nextInt(SOON), () -> copies.add(chroma.copy()));
    }
    if (random.nextInt(20) == 0) {
      sink.at(sink.now() + random.nextInt(SOON), () -> goBack(chroma, sink, whenGone));
    }
  }

  /** A checkpoint begins: a copy is worth most in its midst. */
  void checkpoint(ModelChroma chroma, SimulatedSink sink) {
    if (most > 0) {
      sink.at(sink.now() + random.nextInt(CHECKPOINT), () -> copies.add(chroma.copy()));
    }
  }

  /** While the job is down. */
  void jobIsDown(ModelChroma chroma, SimulatedSink sink, Runnable whenGone) {
    if (most > 0 && random.nextInt(2) == 0) {
      goBack(chroma, sink, whenGone);
    }
  }

  /**
   * To a copy that is older than the newest mark of a task that Chroma has acknowledged: a copy
   * that was made and put back between two marks cannot be told from what is there. It was not made
   * while the first checkpoint of all was under way, else it is not dated for each task, and the
   * job fails whatever it is told to do.
   */
  private void goBack(ModelChroma chroma, SimulatedSink sink, Runnable whenGone) {
    Map<Integer, Long> acknowledged = sink.acknowledged();
    List<ModelChroma.Copy> older =
        copies.stream()
            .filter(copy -> isDated(copy.marked(), chroma.firstMarks()))
            .filter(copy -> lacks(copy.marked(), acknowledged))
            .filter(copy -> isOlder(copy.published(), sink.published()))
            .toList();
    if (happened < most && !older.isEmpty()) {
      happened++;
      ModelChroma.Copy copy = older.get(random.nextInt(older.size()));
      story.tell(() -> "Chroma goes back to marks %s, at %s".formatted(copy.marked(), sink.now()));
      chroma.goBack(copy, LEAST_AWAY + random.nextInt(2_000));
      whenGone.run();
      if (random.nextInt(2) == 0) {
        sink.at(sink.now() + random.nextInt(SOON), () -> goBack(chroma, sink, whenGone));
      }
    }
  }

  private static boolean isDated(Map<Integer, Long> marked, Map<Integer, Long> first) {
    long oldest = marked.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    return first.entrySet().stream()
        .allMatch(mark -> marked.containsKey(mark.getKey()) || oldest < mark.getValue());
  }

  /** For each task: what is published cannot tell of a copy that was made since. */
  private static boolean isOlder(Map<Integer, Long> copied, Map<Integer, Long> published) {
    return published.entrySet().stream()
        .allMatch(each -> copied.getOrDefault(each.getKey(), 0L) < each.getValue());
  }

  private static boolean lacks(Map<Integer, Long> marked, Map<Integer, Long> acknowledged) {
    return acknowledged.entrySet().stream()
        .anyMatch(mark -> marked.getOrDefault(mark.getKey(), 0L) < mark.getValue());
  }
}
