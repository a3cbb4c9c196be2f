package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Rollback;
import io.chromasync.resolve.rules.Rewrite;
import io.chromasync.resolve.rules.Rewrite.Rewritten;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrite of all partitions of a task: decides whether it is due, and logs the vectors that cannot
 * be repaired.
 *
 * <p>Every task of the sink may request the same rewrite.
 */
final class RewriteAll {

  /** State of {@link Rewrite.Last}, in milliseconds; its keys are below. */
  static final MapStateDescriptor<String, Long> STATE =
      new MapStateDescriptor<>("rewrites", Types.STRING, Types.LONG);

  private static final String BEGAN = "began";
  private static final String FROM = "from";
  private static final Logger LOG = LoggerFactory.getLogger(RewriteAll.class);

  /** Maximum number of partitions in the log; the metric {@code vectors_unrepaired} counts all. */
  private static final int MOST_NAMED = 1_000;

  private int named;

  /**
   * Returns true if a rewrite is due, and then stores it as done.
   *
   * @param now processing time
   */
  static boolean isDue(Rollback rollback, BroadcastState<String, Long> state, long now)
      throws Exception {
    Rewrite.Last last =
        state.contains(BEGAN) ? new Rewrite.Last(state.get(FROM), state.get(BEGAN)) : null;
    if (!Rewrite.isDue(rollback, last)) {
      return false;
    }
    state.put(FROM, rollback.from());
    state.put(BEGAN, now);
    LOG.warn(
        "Chroma was rolled back; all records in state are rewritten. from={} to={}",
        Instant.ofEpochMilli(rollback.from()),
        Instant.ofEpochMilli(rollback.to()));
    return true;
  }

  /** Logs the units whose vectors only their runs can supply. */
  void name(String partition, Rewritten rewritten) {
    List<EntityKey> units =
        rewritten.unrepaired().stream()
            .map(record -> record.entity().nearest(EntityKind.Trait.UNIT))
            .distinct()
            .sorted()
            .toList();
    if (units.isEmpty()) {
      return;
    }
    named++;
    if (named <= MOST_NAMED) {
      LOG.error(
          "Vectors that arrived since then are no longer kept; only their runs can supply them"
              + " again. partition={} entities={} records={}",
          partition,
          units,
          rewritten.unrepaired().size());
    } else if (named == MOST_NAMED + 1) {
      LOG.error("More partitions than {} have such vectors; they are counted only", MOST_NAMED);
    }
  }
}
