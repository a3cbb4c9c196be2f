package io.chromasync.resolve;

import io.chromasync.model.RecordKey;
import io.chromasync.model.Rollback;
import io.chromasync.resolve.Rewrite.Rewritten;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rewrite of all images of a task: whether it is due, and what cannot be repaired, in the log.
 *
 * <p>Every task of the sink may ask for the same.
 */
final class RewriteAll {

  /** The {@link Rewrite.Last}, in milliseconds; its keys are below. */
  static final MapStateDescriptor<String, Long> STATE =
      new MapStateDescriptor<>("rewrites", Types.STRING, Types.LONG);

  private static final String BEGAN = "began";
  private static final String FROM = "from";
  private static final Logger LOG = LoggerFactory.getLogger(RewriteAll.class);

  /** So many images are named; the metric {@code vectors_unrepaired} has all. */
  private static final int MOST_NAMED = 1_000;

  private int named;

  /**
   * Whether a rewrite is due; if so, it counts as done.
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
        "Chroma went back; all that is remembered is written again. from={} to={}",
        Instant.ofEpochMilli(rollback.from()),
        Instant.ofEpochMilli(rollback.to()));
    return true;
  }

  /** Names what only runs can bring. */
  void name(String image, Rewritten rewritten) {
    List<Integer> receipts =
        rewritten.unrepaired().stream().map(RecordKey::receipt).distinct().sorted().toList();
    if (receipts.isEmpty()) {
      return;
    }
    named++;
    if (named <= MOST_NAMED) {
      LOG.error(
          "Vectors that came since are no longer kept; only their runs can bring them again."
              + " image={} receipts={} records={}",
          image,
          receipts,
          rewritten.unrepaired().size());
    } else if (named == MOST_NAMED + 1) {
      LOG.error("More images than {} have such vectors; they are counted only", MOST_NAMED);
    }
  }
}
