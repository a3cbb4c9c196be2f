package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Box;
import io.chromasync.local.samples.Sample.Word;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The words beside a word, as the producer stores them in {@code left} and {@code right}.
 *
 * <p>Up to two per side from the same line (boxes overlap vertically), filled up with nearby words.
 * The batch path stores the farther of the two on the left and the nearer on the right.
 */
record Neighbours(String left, String right) {

  private static final String EDGE = "<EDGE>";
  private static final int CONTEXT = 2;
  private static final double NEAR_Y = 0.05;
  private static final double NEAR_X = 0.25;

  static Neighbours of(Word word, List<Word> receipt) {
    List<Word> byX =
        receipt.stream()
            .sorted(Comparator.comparingDouble(other -> other.box().centreX()))
            .toList();
    int at = byX.indexOf(word);
    List<Word> before = new ArrayList<>(byX.subList(0, at));
    Collections.reverse(before);
    List<Word> left = nearest(word, before);
    List<Word> right = nearest(word, byX.subList(at + 1, byX.size()));
    return new Neighbours(
        left.isEmpty() ? EDGE : left.get(left.size() - 1).text(),
        right.isEmpty() ? EDGE : right.get(0).text());
  }

  private static List<Word> nearest(Word word, List<Word> outwards) {
    List<Word> found =
        new ArrayList<>(outwards.stream().filter(sameLine(word)).limit(CONTEXT).toList());
    outwards.stream()
        .filter(sameLine(word).negate())
        .filter(other -> distanceY(word, other) < NEAR_Y && distanceX(word, other) < NEAR_X)
        .sorted(
            Comparator.comparingDouble((Word other) -> distanceY(word, other))
                .thenComparingDouble(other -> distanceX(word, other)))
        .limit(CONTEXT - found.size())
        .forEach(found::add);
    return found;
  }

  private static Predicate<Word> sameLine(Word word) {
    Box box = word.box();
    return other -> box.y() <= other.box().top() && other.box().y() <= box.top();
  }

  private static double distanceY(Word one, Word other) {
    return Math.abs(one.box().centreY() - other.box().centreY());
  }

  private static double distanceX(Word one, Word other) {
    return Math.abs(one.box().centreX() - other.box().centreX());
  }
}
