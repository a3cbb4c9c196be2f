package io.chromasync.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Effect of an item on Chroma: the existence of its entity, and the values from which metadata is
 * computed.
 *
 * <p>Values have no names, because state contains millions of facts: a domain defines their order
 * for each kind of entity. The fact of a vector batch begins with the id of its run.
 *
 * @param texts strings, numbers and other values as text; null where absent
 * @param numbers integers; never null
 */
public record Fact(List<String> texts, List<Integer> numbers) {

  private static final Fact EXISTS = new Fact(List.of(), List.of());

  /**
   * Order of facts with equal versions, so that the same fact wins in any order of arrival: by
   * their texts, the first text first, null before any text.
   */
  public static final Comparator<Fact> BY_TEXTS =
      Comparator.nullsFirst((one, other) -> compare(one.texts, other.texts));

  /** Fact of an entity without content. */
  public static Fact exists() {
    return EXISTS;
  }

  /** Fact of an entity with these values, each of which may be null. */
  public static Fact of(String... texts) {
    return new Fact(Collections.unmodifiableList(Arrays.asList(texts)), List.of());
  }

  /** Text at an index; null if absent. */
  public String text(int index) {
    return texts.get(index);
  }

  private static int compare(List<String> one, List<String> other) {
    Comparator<String> order = Comparator.nullsFirst(Comparator.naturalOrder());
    int both = Math.min(one.size(), other.size());
    for (int i = 0; i < both; i++) {
      int difference = order.compare(one.get(i), other.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}
