package io.chromasync.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;

/**
 * The mutations of an open window: at most one {@link Pending} for each record, and the sweeps.
 *
 * <p>A sweep drops what is pending below it, so whatever waits came after it or is not covered by
 * it, and all sweeps may be written first.
 *
 * @param pending by record id
 * @param sweeps by the id prefix they cover; apart, because in {@code lines} a row and the sweep of
 *     its line have the same id
 */
record Buffer(MapState<String, Pending> pending, MapState<String, Mutation> sweeps) {

  /** In the order in which Chroma must see them, and then the same in every run. */
  private static final Comparator<Mutation> ORDER =
      Comparator.comparingInt((Mutation mutation) -> rank(mutation.verb()))
          .thenComparing(mutation -> mutation.record().id());

  /** Takes a mutation that is newer than all it has; says by how much the buffer grew. */
  Growth add(Mutation newer) throws Exception {
    return newer.verb() == Verb.SWEEP ? addSweep(newer) : addToRecord(newer);
  }

  /** Everything in writing order; the buffer is empty afterwards. */
  List<Mutation> drain() throws Exception {
    List<Mutation> mutations = new ArrayList<>();
    sweeps.values().forEach(mutations::add);
    pending.values().forEach(each -> mutations.addAll(each.mutations()));
    mutations.sort(ORDER);
    sweeps.clear();
    pending.clear();
    return mutations;
  }

  private Growth addToRecord(Mutation newer) throws Exception {
    String id = newer.record().id();
    Pending before = pending.get(id);
    Pending after = before == null ? Pending.of(newer) : before.then(newer);
    pending.put(id, after);
    return Growth.between(before, after);
  }

  private Growth addSweep(Mutation sweep) throws Exception {
    Growth growth = Growth.NONE;
    List<Map.Entry<String, Pending>> covered = new ArrayList<>();
    for (Map.Entry<String, Pending> entry : pending.entries()) {
      if (sweep.record().covers(entry.getValue().mutations().get(0).record())) {
        covered.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, Pending> entry : covered) {
      Pending left = entry.getValue().swept();
      if (left == null) {
        pending.remove(entry.getKey());
      } else {
        pending.put(entry.getKey(), left);
      }
      growth = growth.plus(Growth.between(entry.getValue(), left));
    }
    return growth.plus(addUnlessCovered(sweep));
  }

  /** What a wider sweep covers needs none of its own: all of them are written first. */
  private Growth addUnlessCovered(Mutation sweep) throws Exception {
    List<Mutation> narrower = new ArrayList<>();
    for (Mutation other : sweeps.values()) {
      if (other.record().covers(sweep.record())) {
        return Growth.NONE;
      }
      if (sweep.record().covers(other.record())) {
        narrower.add(other);
      }
    }
    Growth growth = Growth.of(sweep);
    for (Mutation other : narrower) {
      sweeps.remove(other.record().id());
      growth = growth.minus(Growth.of(other));
    }
    sweeps.put(sweep.record().id(), sweep);
    return growth;
  }

  private static int rank(Verb verb) {
    return switch (verb) {
      case SWEEP -> 0;
      case DELETE -> 1;
      case UPDATE -> 2;
      case UPSERT -> 3;
      case REPORT -> 4;
    };
  }

  /** By how much a buffer grew; it can shrink. */
  record Growth(int mutations, long bytes) {

    static final Growth NONE = new Growth(0, 0);

    static Growth of(Mutation mutation) {
      return new Growth(1, Weight.of(mutation));
    }

    /** From one content to another; null = nothing. */
    static Growth between(Pending before, Pending after) {
      return of(after).minus(of(before));
    }

    Growth plus(Growth other) {
      return new Growth(mutations + other.mutations, bytes + other.bytes);
    }

    private Growth minus(Growth other) {
      return new Growth(mutations - other.mutations, bytes - other.bytes);
    }

    private static Growth of(Pending pending) {
      return pending == null
          ? NONE
          : pending.mutations().stream().map(Growth::of).reduce(NONE, Growth::plus);
    }
  }
}
