package io.chromasync.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.Locale;
import org.apache.flink.api.java.functions.KeySelector;

/**
 * The lane of a mutation, as in {@code words/17}: its collection and a hash of its image.
 *
 * <p>All mutations of an image in one collection travel one lane, sweeps included, and so keep
 * their order.
 *
 * @param lanes of each collection, at least 1
 */
public record LaneOf(int lanes) implements KeySelector<Mutation, String> {

  @Override
  public String getKey(Mutation mutation) {
    RecordKey record = mutation.record();
    return record.collection().name().toLowerCase(Locale.ROOT)
        + "/"
        + Math.floorMod(record.image().hashCode(), lanes);
  }
}
