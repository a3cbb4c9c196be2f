package io.chromasync.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/**
 * Group of application properties, read option by option. A problem does not end the reading: it is
 * collected, and {@link ApplicationProperties#check} reports all problems.
 *
 * <p>Used by one thread, at start.
 */
public final class PropertyGroup {

  /**
   * Maximum duration, about a century: longer durations do not always fit into milliseconds and
   * microseconds.
   */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final String name;
  private final Map<String, String> values;
  private final List<String> problems;
  private final Set<String> known = new HashSet<>();
  private final Set<String> retired = new HashSet<>();

  PropertyGroup(String name, Map<String, String> values, List<String> problems) {
    this.name = name;
    this.values = values;
    this.problems = problems;
  }

  /**
   * Returns the value, or the option's default (null if it has none) if the value is unset or
   * malformed.
   *
   * <p>A duration or size without a unit is malformed: Flink would read it as milliseconds or
   * bytes, which is rarely intended.
   */
  public <T> T get(ConfigOption<T> option) {
    known.add(option.key());
    String value = values.get(option.key());
    if (value == null) {
      return option.defaultValue();
    }
    try {
      T read = Configuration.fromMap(Map.of(option.key(), value)).get(option);
      String example = exampleWithUnit(read);
      boolean complete = example == null || !value.strip().matches("\\d+");
      check(complete, option, "must carry a unit, as in '%s',".formatted(example));
      boolean bearable = !(read instanceof Duration duration) || duration.compareTo(LONGEST) <= 0;
      check(bearable, option, "must be at most " + LONGEST.toDays() + " d");
      return complete && bearable ? read : option.defaultValue();
    } catch (IllegalArgumentException malformed) {
      problems.add(
          "Property '%s' in group '%s' cannot be read: '%s'. %s"
              .formatted(option.key(), name, value, form(option.defaultValue())));
      return option.defaultValue();
    }
  }

  /** Returns the value; an unset or blank value is a problem. */
  public <T> T require(ConfigOption<T> option) {
    String value = values.get(option.key());
    if (value == null || value.isBlank()) {
      known.add(option.key());
      problems.add(
          "Property '%s' in group '%s' is required but not set".formatted(option.key(), name));
      return option.defaultValue();
    }
    return get(option);
  }

  /**
   * Adds a problem unless the condition holds, as in {@code Property 'max-records' in group
   * 'window' must be at least 1 but was '0'}.
   *
   * @param rule rule for a valid value, beginning with a verb: {@code must be at least 1}
   */
  public void check(boolean condition, ConfigOption<?> option, String rule) {
    if (!condition) {
      String value = values.get(option.key());
      problems.add(
          "Property '%s' in group '%s' %s but was %s"
              .formatted(
                  option.key(), name, rule, value == null ? unset(option) : "'" + value + "'"));
    }
  }

  private static String unset(ConfigOption<?> option) {
    Object otherwise = option.defaultValue();
    if (otherwise == null) {
      return "not set";
    }
    String shown =
        otherwise instanceof Duration duration
            ? TimeUtils.formatWithHighestUnit(duration)
            : otherwise.toString();
    return "not set, which means '%s'".formatted(shown);
  }

  /**
   * Works like {@link #check} for a value that may contain a secret: the problem does not print it.
   *
   * @param rule rule for a valid value; must not contain the value either
   */
  public void checkUnseen(boolean condition, ConfigOption<?> option, String rule) {
    if (!condition) {
      problems.add(
          "Property '%s' in group '%s' %s (its value is not shown)"
              .formatted(option.key(), name, rule));
    }
  }

  /**
   * Declares a key of an earlier release that is no longer read. A value that is still set is a
   * problem, which names the replacement. The value may be a secret and is not printed.
   *
   * @param instead action to take, as in {@code set 'url'}
   */
  public void retired(String key, String instead) {
    retired.add(key);
    if (values.containsKey(key)) {
      problems.add(
          "Property '%s' in group '%s' is no longer read: %s (its value is not shown)"
              .formatted(key, name, instead));
    }
  }

  /** Returns the name of a property for messages elsewhere, as in {@code delta.bucket}. */
  public String nameOf(ConfigOption<?> option) {
    return name + "." + option.key();
  }

  Set<String> unknownKeys() {
    Set<String> unknown = new java.util.TreeSet<>(values.keySet());
    unknown.removeAll(known);
    unknown.removeAll(retired);
    return unknown;
  }

  Set<String> knownKeys() {
    return known;
  }

  /** Returns an example with a unit; null if values of this type have no unit. */
  private static String exampleWithUnit(Object read) {
    if (read instanceof Duration) {
      return "10 s";
    }
    return read instanceof MemorySize ? "16 mb" : null;
  }

  /**
   * Returns the form of a value of the default's type.
   *
   * @param example default value; null if there is none
   */
  private static String form(Object example) {
    if (example instanceof Enum<?> one) {
      Stream<String> all =
          Stream.of(one.getDeclaringClass().getEnumConstants()).map(Object::toString);
      return "It must be one of " + all.collect(Collectors.joining(", "));
    }
    if (example instanceof Duration) {
      return "It must be an integer and a unit of d, h, min, s, ms, us or ns, as in '500 ms'";
    }
    if (example instanceof MemorySize) {
      return "It must be an integer and a unit of b, kb, mb, gb or tb, as in '1536 mb'";
    }
    if (example instanceof Boolean) {
      return "It must be true or false";
    }
    if (example instanceof Double || example instanceof Float) {
      return "It must be a number";
    }
    return example == null ? "It has the wrong form" : "It must be an integer";
  }
}
