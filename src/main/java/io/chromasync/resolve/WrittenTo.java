package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.Target;
import java.util.Locale;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Which collections state is true of, by their ids, in every task's state. What it says was written
 * is in them and in copies of them, and in no others: there it would never be written.
 *
 * <p>State that does not say it fits any, and says it from then on.
 */
final class WrittenTo {

  static final MapStateDescriptor<String, String> STATE =
      new MapStateDescriptor<>("collections", Types.STRING, Types.STRING);

  /** State is not true of the collections; no restart mends that. */
  @ThrowableAnnotation(ThrowableType.NonRecoverableError)
  static final class OtherCollections extends RuntimeException {

    private OtherCollections(String message) {
      super(message);
    }
  }

  private WrittenTo() {}

  /**
   * Compares, and remembers.
   *
   * @throws OtherCollections if state is true of others
   */
  static void check(BroadcastState<String, String> state, Target target) throws Exception {
    for (Collection collection : Collection.values()) {
      String name = collection.name().toLowerCase(Locale.ROOT);
      String before = state.get(name);
      String now = target.ids().get(collection);
      if (now == null) {
        continue;
      }
      if (before != null && !target.holds(collection, before)) {
        throw new OtherCollections(
            ("What state holds as written is in the collection %s for %s, but '%s-collection' in group"
                    + " 'chroma' is %s: what is missing there would not be written. Copy the"
                    + " collections with bin/fork while no job writes to them, or start without"
                    + " state; one that holds the same for another reason, as from a backup, must"
                    + " have %s = %s in its metadata")
                .formatted(before, name, name, now, Target.COPY_OF, before));
      }
      state.put(name, now);
    }
  }
}
