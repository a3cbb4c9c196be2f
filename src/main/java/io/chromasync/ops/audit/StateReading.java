package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.model.EntityTree;
import io.chromasync.ops.audit.Part.Line;
import io.chromasync.resolve.PartitionDump;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reads the states of partitions into parts, batch by batch. */
final class StateReading {

  /** Name of its reading. */
  static final String READING = "state";

  /** Partitions of one request: some megabytes of results. */
  private static final int BATCH = 1_000;

  /** Marks that more parts may follow. */
  private static final JsonNode MORE = JsonNodeFactory.instance.booleanNode(true);

  private final States states;
  private final EntityTree tree;
  private final WorkFolder work;
  private final Progress progress;

  StateReading(States states, EntityTree tree, WorkFolder work, Progress progress) {
    this.states = states;
    this.tree = tree;
    this.work = work;
    this.progress = progress;
  }

  /**
   * Reads the states of these partitions, except for those that are there.
   *
   * @throws IOException if they cannot be read
   */
  void read(Collection<String> partitions) throws IOException {
    List<String> open = new ArrayList<>(partitions);
    int part = work.parts(READING).size();
    open.removeAll(work.partitions(READING));
    open.remove("");
    int total = open.size();
    for (int from = 0; from < open.size(); from += BATCH) {
      List<String> batch = open.subList(from, Math.min(from + BATCH, open.size()));
      List<Line> lines = new ArrayList<>();
      states.read(
          batch,
          state -> {
            lines.add(line(state));
            progress.add(1, total);
          });
      work.write(READING, part, MORE, lines);
      part++;
    }
  }

  private Line line(PartitionDump state) {
    try {
      return new Line(state.partition(), state.line(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
