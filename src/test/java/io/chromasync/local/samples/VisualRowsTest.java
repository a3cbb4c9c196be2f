package io.chromasync.local.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.samples.Sample.Box;
import io.chromasync.local.samples.Sample.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How printed lines become visual rows. */
final class VisualRowsTest {

  private static final double HEIGHT = 0.02;

  @Test
  void noLinesMakeNoRows() {
    assertThat(VisualRows.of(List.of())).isEmpty();
  }

  @Test
  void oneLineIsItsOwnRow() {
    assertThat(ids(line(4, 0.1, 0.5))).containsExactly(List.of(4));
  }

  @Test
  void aNameAndItsPriceAreOneRowWithTheLeftmostLineAsPrimary() {
    assertThat(ids(line(1, 0.8, 0.500), line(2, 0.1, 0.505))).containsExactly(List.of(2, 1));
  }

  @Test
  void rowsGoFromTheTopDownwards() {
    assertThat(ids(line(1, 0.1, 0.2), line(2, 0.1, 0.8), line(3, 0.1, 0.5)))
        .containsExactly(List.of(2), List.of(3), List.of(1));
  }

  @Test
  void linesWhoseCentresLieJustOutsideEachOtherAreTwoRows() {
    assertThat(ids(line(1, 0.1, 0.500), line(2, 0.8, 0.500 + HEIGHT / 2 + 0.0001))).hasSize(2);
  }

  @Test
  void theBoundIsPartOfALine() {
    // Given
    Line low = new Line(1, new Box(0.1, 0.5, 0.1, 0.25), 1, false, List.of());
    Line high = new Line(2, new Box(0.8, 0.625, 0.1, 0.25), 1, false, List.of());

    // Then
    assertThat(ids(low, high)).containsExactly(List.of(1, 2));
  }

  @Test
  void oneOfTwoCentresIsEnough() {
    // Given
    Line tall = new Line(1, new Box(0.1, 0.40, 0.1, 0.20), 1, false, List.of());
    Line small = new Line(2, new Box(0.8, 0.41, 0.1, HEIGHT), 1, false, List.of());

    // Then
    assertThat(ids(tall, small)).containsExactly(List.of(1, 2));
  }

  @Test
  void aSlopingRowIsOneRowThroughItsMiddle() {
    assertThat(ids(line(1, 0.1, 0.500), line(3, 0.8, 0.518), line(2, 0.4, 0.509)))
        .containsExactly(List.of(1, 2, 3));
  }

  @Test
  void linesAtTheSameXAreOrderedByLineId() {
    assertThat(ids(line(9, 0.1, 0.500), line(2, 0.1, 0.501))).containsExactly(List.of(2, 9));
  }

  private static Line line(int id, double x, double y) {
    return new Line(id, new Box(x, y, 0.1, HEIGHT), 1, false, List.of());
  }

  private static List<List<Integer>> ids(Line... lines) {
    return VisualRows.of(List.of(lines)).stream()
        .map(row -> row.stream().map(Line::id).toList())
        .toList();
  }
}
