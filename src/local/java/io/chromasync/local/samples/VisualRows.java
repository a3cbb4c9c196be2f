package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which lines were printed on one row, as the producer of the embeddings groups them.
 *
 * <p>Two lines belong together if the vertical centre of either lies within the other, bounds
 * included; and so on transitively. Inside a row by x, ties by line id; rows from the top of the
 * receipt downwards. The first line of a row is its primary line.
 */
final class VisualRows {

  private VisualRows() {}

  static List<List<Line>> of(List<Line> lines) {
    Map<Integer, List<Line>> rowOf = new HashMap<>();
    for (Line line : lines) {
      List<Line> row = new ArrayList<>(List.of(line));
      for (Line earlier : new ArrayList<>(lines.subList(0, lines.indexOf(line)))) {
        List<Line> other = rowOf.get(earlier.id());
        if (other != row && together(line, earlier)) {
          row.addAll(other);
          other.forEach(member -> rowOf.put(member.id(), row));
        }
      }
      rowOf.put(line.id(), row);
    }
    return rowOf.values().stream()
        .distinct()
        .map(VisualRows::leftToRight)
        .sorted(Comparator.comparingDouble(VisualRows::meanY).reversed())
        .toList();
  }

  private static boolean together(Line one, Line other) {
    return one.box().spans(other.box().centreY()) || other.box().spans(one.box().centreY());
  }

  private static List<Line> leftToRight(List<Line> row) {
    return row.stream()
        .sorted(Comparator.comparingDouble((Line line) -> line.box().x()).thenComparing(Line::id))
        .toList();
  }

  private static double meanY(List<Line> row) {
    return row.stream().mapToDouble(line -> line.box().y()).average().orElseThrow();
  }
}
