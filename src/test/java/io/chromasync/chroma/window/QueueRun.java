package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Mutations through a queue into a model, in a schedule by chance: groups are settled in any order.
 */
final class QueueRun {

  private static final int AT_ONCE = 4;

  private final WriteQueue queue;
  private final ChromaModel model = new ChromaModel();
  private final Random random;
  private final List<WriteGroup> underWay = new ArrayList<>();
  private final List<String> overlaps = new ArrayList<>();
  private final List<String> early = new ArrayList<>();

  /** What is to be shown after each number of mutations. */
  private final List<Map<String, Stored>> meant = new ArrayList<>();

  private final boolean settlesTooEarly;
  private long now;

  /**
   * @param before what the model holds
   */
  QueueRun(WriteQueue queue, List<Mutation> before, Random random) {
    this(queue, before, random, false);
  }

  /**
   * @param settlesTooEarly whether a group is settled while it is under way, so that records have
   *     several mutations under way
   */
  QueueRun(WriteQueue queue, List<Mutation> before, Random random, boolean settlesTooEarly) {
    this.queue = queue;
    this.random = random;
    this.settlesTooEarly = settlesTooEarly;
    before.forEach(model::apply);
  }

  Map<String, Stored> records() {
    return model.records();
  }

  /** Mutations that were under way together although one names what the other does. */
  List<String> overlaps() {
    return overlaps;
  }

  /** Writes all, until nothing is left in the queue. */
  void write(List<Mutation> mutations) {
    write(mutations, true);
  }

  private void write(List<Mutation> mutations, boolean untilNothingIsLeft) {
    for (Mutation mutation : mutations) {
      queue.add(mutation, now);
      now += random.nextInt(4);
      if (random.nextBoolean()) {
        take(false);
      }
      if (random.nextInt(3) == 0) {
        settle();
      }
    }
    while (untilNothingIsLeft && (queue.size() > 0 || !underWay.isEmpty())) {
      take(true);
      settle();
    }
  }

  /** Writes all, with a watermark after each mutation: how many were added until then. */
  void writeWithWatermarks(List<Mutation> mutations) {
    ChromaModel all = new ChromaModel();
    meant.add(Map.of());
    for (Mutation mutation : mutations) {
      all.apply(mutation);
      meant.add(new TreeMap<>(all.records()));
      write(List.of(mutation), false);
      queue.watermark(meant.size() - 1);
      check(mutations);
    }
    while (queue.size() > 0 || !underWay.isEmpty()) {
      take(true);
      settle();
      check(mutations);
    }
  }

  /** Watermarks that had passed although a record showed what it was meant to show before them. */
  List<String> early() {
    return early;
  }

  private void check(List<Mutation> mutations) {
    for (CollectionName collection :
        mutations.stream().map(each -> each.record().collection()).distinct().toList()) {
      long passed = queue.freshUpTo(collection);
      if (passed > 0) {
        meant.stream()
            .flatMap(each -> each.keySet().stream())
            .distinct()
            .filter(id -> !isShown(id, (int) passed))
            .forEach(id -> early.add("%s at %s".formatted(id, passed)));
      }
    }
  }

  private boolean isShown(String id, int since) {
    return meant.subList(since, meant.size()).stream()
        .anyMatch(each -> Objects.equals(each.get(id), model.records().get(id)));
  }

  private void take(boolean flushes) {
    WriteGroup group =
        underWay.size() < AT_ONCE ? queue.next(now, flushes, new FewRecords(random)) : null;
    if (group != null) {
      underWay.forEach(other -> compare(group, other));
      underWay.add(group);
      if (settlesTooEarly) {
        queue.settle(group);
      }
    }
  }

  private void compare(WriteGroup one, WriteGroup other) {
    for (Mutation first : one.mutations()) {
      for (Mutation second : other.mutations()) {
        if (touches(first, second) || touches(second, first)) {
          overlaps.add(first.verb() + " and " + second.verb() + " of " + first.record().id());
        }
      }
    }
  }

  private static boolean touches(Mutation one, Mutation other) {
    if (other.verb() == Verb.DELETE_BY_FILTER) {
      return false;
    }
    return one.verb() == Verb.DELETE_BY_FILTER
        ? DeleteByFilter.of(one).deletes(other.record())
        : one.record().equals(other.record());
  }

  /** A group is applied, and settled as a whole or in two parts. */
  private void settle() {
    if (underWay.isEmpty()) {
      return;
    }
    WriteGroup group = underWay.remove(random.nextInt(underWay.size()));
    group.mutations().forEach(model::apply);
    if (settlesTooEarly) {
      return;
    }
    if (group.size() > 1 && random.nextBoolean()) {
      int part = 1 + random.nextInt(group.size() - 1);
      queue.settle(group.after(part));
      queue.settle(group.first(part));
    } else {
      queue.settle(group);
    }
  }

  private record FewRecords(Random random) implements WriteQueue.Limits {

    @Override
    public int records(CollectionName collection, Verb verb) {
      return 1 + random.nextInt(3);
    }

    @Override
    public long bytes() {
      return 1 << 20;
    }
  }
}
