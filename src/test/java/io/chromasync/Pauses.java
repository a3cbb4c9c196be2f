package io.chromasync;

import io.chromasync.model.ItemChange;
import io.chromasync.model.Version;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Something that happens between two arrivals, while what arrived before flows on: the marker of a
 * pause holds back all later arrivals until its action is done. Job and test share a JVM.
 */
public final class Pauses extends ProcessFunction<ItemChange, ItemChange> {

  private static final Map<String, Runnable> ACTIONS = new ConcurrentHashMap<>();
  private static final String MARK = "pause/";

  public static ItemChange pause(Runnable action) {
    String origin = MARK + UUID.randomUUID();
    ACTIONS.put(origin, action);
    return new ItemChange(
        ItemChange.Operation.MODIFY, null, null, null, null, new Version(0, ""), origin);
  }

  static boolean isPause(ItemChange change) {
    return change.origin().startsWith(MARK);
  }

  @Override
  public void processElement(ItemChange change, Context context, Collector<ItemChange> changes) {
    if (isPause(change)) {
      ACTIONS.get(change.origin()).run();
    } else {
      changes.collect(change);
    }
  }
}
