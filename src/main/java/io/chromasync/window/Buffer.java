package io.chromasync.window;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RunReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.MapState;

/**
 * The mutations of an open window: at most one {@link Pending} for each record, the sweeps, and the
 * reports.
 *
 * <p>A sweep drops what is pending of the records it deletes, so whatever waits came after it or is
 * spared by it, and all sweeps may be written first. Reports name nothing to write: they only wait
 * until all that came before them leaves too.
 *
 * @param pending by record id
 * @param sweeps by the id prefix they cover; apart, because in {@code lines} a row and the sweep of
 *     its line have the same id
 * @param reports in the order in which they came
 */
record Buffer(
    MapState<String, Pending> pending,
    MapState<String, Mutation> sweeps,
    ListState<RunReport> reports) {

  /** In the order in which Chroma must see them, and then the same in every run. */
  private static final Comparator<Mutation> ORDER =
      Comparator.comparingInt((Mutation mutation) -> rank(mutation.verb()))
          .thenComparing(mutation -> mutation.record().id());

  /** Takes a mutation that is newer than all it has; says by how much the buffer grew. */
  Growth add(Mutation newer) throws Exception {
    return switch (newer.verb()) {
      case SWEEP -> addSweep(Sweep.of(newer));
      case REPORT -> addReport(newer);
      case DELETE, UPDATE, UPSERT -> addToRecord(newer);
    };
  }

  /** Everything, the mutations in writing order; the buffer is empty afterwards. */
  Content drain() throws Exception {
    List<Mutation> mutations = new ArrayList<>();
    sweeps.values().forEach(mutations::add);
    pending.values().forEach(each -> mutations.addAll(each.mutations()));
    mutations.sort(ORDER);
    List<RunReport> told = new ArrayList<>();
    reports.get().forEach(told::add);
    sweeps.clear();
    pending.clear();
    reports.clear();
    return new Content(mutations, told);
  }

  private Growth addReport(Mutation report) throws Exception {
    reports.add(report.report());
    return Growth.of(report);
  }

  private Growth addToRecord(Mutation newer) throws Exception {
    String id = newer.record().id();
    Pending before = pending.get(id);
    Pending after = before == null ? Pending.of(newer) : before.then(newer);
    pending.put(id, after);
    return Growth.between(before, after);
  }

  private Growth addSweep(Sweep sweep) throws Exception {
    Growth growth = Growth.NONE;
    List<Map.Entry<String, Pending>> deleted = new ArrayList<>();
    for (Map.Entry<String, Pending> entry : pending.entries()) {
      if (sweep.deletes(entry.getValue().mutations().get(0).record())) {
        deleted.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, Pending> entry : deleted) {
      Pending left = entry.getValue().swept();
      if (left == null) {
        pending.remove(entry.getKey());
      } else {
        pending.put(entry.getKey(), left);
      }
      growth = growth.plus(Growth.between(entry.getValue(), left));
    }
    return growth.plus(addUnlessNeedless(sweep));
  }

  /** A sweep that deletes nothing beyond another needs no place: all of them are written first. */
  private Growth addUnlessNeedless(Sweep newer) throws Exception {
    Mutation before = sweeps.get(newer.below().id());
    Sweep sweep = before == null ? newer : Sweep.of(before).and(newer);
    List<Mutation> needless = new ArrayList<>();
    for (Mutation each : sweeps.values()) {
      Sweep other = Sweep.of(each);
      if (other.deletesAllOf(sweep)) {
        return Growth.NONE;
      }
      if (sweep.deletesAllOf(other)) {
        needless.add(each);
      }
    }
    Growth growth = Growth.of(sweep.mutation());
    for (Mutation each : needless) {
      sweeps.remove(each.record().id());
      growth = growth.minus(Growth.of(each));
    }
    sweeps.put(sweep.below().id(), sweep.mutation());
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

  /** What was in a buffer; not both lists are empty if anything was added. */
  record Content(List<Mutation> mutations, List<RunReport> reports) {

    int size() {
      return mutations.size() + reports.size();
    }

    /** Of all that is in it: a lane has one collection. */
    Collection collection() {
      return mutations.isEmpty()
          ? reports.get(0).collection()
          : mutations.get(0).record().collection();
    }
  }

  /** By how much a buffer grew; it can shrink. */
  record Growth(int mutations, long bytes) {

    static final Growth NONE = new Growth(0, 0);

    static Growth of(Mutation mutation) {
      return new Growth(1, mutation.weight());
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
