package io.chromasync.resolve;

import io.chromasync.model.ListedFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.Version;
import io.chromasync.resolve.SnapshotMerge.Merged;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Resolves a reading of the whole table by itself: what {@link ResolveFacts} would remember of each
 * image if it had merged all of it, and nothing before. What would be written to Chroma is not; it
 * is remembered as written.
 *
 * <p>Key: image id. For bounded input: an image is resolved when its input ends, from the oldest to
 * the newest of what was listed, and what was listed as of one time at once, however many pieces it
 * came in. An image of which nothing was understood is left out, as the end of the reading tells as
 * much of it. In batch mode Flink gives it one image after the other.
 */
public final class ResolveListed extends KeyedProcessFunction<String, ListedFacts, ImageState> {

  private static final long serialVersionUID = 1;

  private static final ListStateDescriptor<ListedFacts> PIECES =
      new ListStateDescriptor<>("pieces", ListedFacts.class);

  private final Projection projection;
  private final Horizon horizon;
  private final Version asOf;

  private transient Resolver resolver;
  private transient ListState<ListedFacts> pieces;

  /**
   * @param asOf of the reading as a whole; what it does not list is gone
   */
  public ResolveListed(Projection projection, ResolveSettings settings, Version asOf) {
    this.projection = projection;
    this.horizon = new Horizon(settings);
    this.asOf = asOf;
  }

  @Override
  public void open(OpenContext context) {
    resolver = new Resolver(projection, Writes.UNSENT);
    pieces = getRuntimeContext().getListState(PIECES);
  }

  @Override
  public void processElement(ListedFacts piece, Context context, Collector<ImageState> out)
      throws Exception {
    pieces.add(piece);
    context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
  }

  @Override
  public void onTimer(long end, OnTimerContext context, Collector<ImageState> out)
      throws Exception {
    TreeMap<Version, ListedFacts> all = new TreeMap<>();
    for (ListedFacts piece : pieces.get()) {
      all.merge(piece.asOf(), piece, ResolveListed::join);
    }
    pieces.clear();
    ImageState image = resolve(context.getCurrentKey(), all.values());
    if (image.facts() > 0) {
      out.collect(image);
    }
  }

  private static ListedFacts join(ListedFacts one, ListedFacts other) {
    return new ListedFacts(
        one.image(),
        one.asOf(),
        concat(one.facts(), other.facts()),
        concat(one.unreadable(), other.unreadable()),
        one.whole() || other.whole(),
        one.repair() || other.repair());
  }

  private static <T> List<T> concat(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private ImageState resolve(String image, Collection<ListedFacts> oldestFirst) {
    HeapChunks chunks = new HeapChunks();
    TreeSet<Long> timers = new TreeSet<>();
    int tombstones = 0;
    for (ListedFacts listed : oldestFirst) {
      ImageMemory memory = new ImageMemory(image, chunks, new NoVectors(), null);
      tombstones += tombstones(resolver.merge(listed, memory, Long.MIN_VALUE));
      memory.save();
      timers.add(horizon.due(listed.asOf().micros()));
    }
    if (chunks.isEmpty()) {
      return new ImageState(image, Map.of(), List.of(), 0);
    }
    ImageMemory memory = new ImageMemory(image, chunks, new NoVectors(), null);
    tombstones += tombstones(resolver.close(asOf, memory));
    memory.save();
    return new ImageState(image, chunks.byPath(), List.copyOf(timers), tombstones);
  }

  private static int tombstones(Merged merged) {
    return merged.followed().tombstones();
  }
}
