package io.chromasync.resolve;

import io.chromasync.model.CollectionName;
import io.chromasync.model.TargetCollections;
import java.util.TreeSet;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Checks that state belongs to the collections that the job writes to, by their ids, which are kept
 * in every task's state. Records that state marks as written exist in these collections and their
 * copies only. In any other collection they would be missing and never be written.
 *
 * <p>State without ids fits any collections, and stores their ids from then on.
 */
final class CollectionGuard {

  static final MapStateDescriptor<String, String> STATE =
      new MapStateDescriptor<>("collections", Types.STRING, Types.STRING);

  /** State belongs to other collections; a restart cannot fix this. */
  @ThrowableAnnotation(ThrowableType.NonRecoverableError)
  static final class OtherCollections extends RuntimeException {

    private OtherCollections(String message) {
      super(message);
    }
  }

  private CollectionGuard() {}

  /**
   * Compares the ids, and stores them.
   *
   * @throws OtherCollections if state belongs to other collections
   */
  static void check(BroadcastState<String, String> state, TargetCollections target)
      throws Exception {
    for (CollectionName collection : new TreeSet<>(target.ids().keySet())) {
      String name = collection.name();
      String before = state.get(name);
      String now = target.ids().get(collection);
      if (now == null) {
        continue;
      }
      if (before != null && !target.holds(collection, before)) {
        throw new OtherCollections(
            ("The state describes the records of collection %s for %s, but '%s-collection' in group"
                    + " 'chroma' is %s: records missing there would not be written. Copy the"
                    + " collections with bin/fork while no job writes to them, or start without"
                    + " state. A collection with the same records for another reason, such as a"
                    + " backup, must have %s = %s in its metadata")
                .formatted(before, name, name, now, TargetCollections.COPY_OF, before));
      }
      state.put(name, now);
    }
  }
}
