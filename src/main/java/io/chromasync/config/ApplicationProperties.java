package io.chromasync.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All application properties: groups of keys and values, as Amazon Managed Service for Apache Flink
 * stores them.
 *
 * <p>A settings record reads its {@link #group}. After all groups are read, {@link #check} reports
 * every problem at once, including unknown groups and keys.
 */
public final class ApplicationProperties {

  private final Map<String, Map<String, String>> groups;
  private final Map<String, PropertyGroup> read = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * Creates the properties.
   *
   * @param groups keys and values of each group, by the name of the group
   */
  public ApplicationProperties(Map<String, Map<String, String>> groups) {
    this.groups = groups;
  }

  /**
   * Parses the format of the service: a JSON list of {@code {"PropertyGroupId": …, "PropertyMap":
   * …}}.
   *
   * @param origin origin of the text, for messages, as in {@code the file /etc/chromasync.json}
   * @throws InvalidSettings with every problem of the format
   */
  public static ApplicationProperties parse(String json, String origin) {
    return new ApplicationProperties(GroupsJson.parse(json, origin));
  }

  /** Returns only the named groups, for a tool that is not the whole job. */
  public ApplicationProperties only(String... names) {
    Map<String, Map<String, String>> own = new HashMap<>();
    for (String name : names) {
      own.put(name, groups.getOrDefault(name, Map.of()));
    }
    return new ApplicationProperties(own);
  }

  /** Returns a group, which is empty if it is not set. Its name then counts as known. */
  public PropertyGroup group(String name) {
    return read.computeIfAbsent(
        name, n -> new PropertyGroup(n, groups.getOrDefault(n, Map.of()), problems));
  }

  /**
   * Reports all problems found while the groups were read.
   *
   * @throws InvalidSettings if there is any problem
   */
  public void check() {
    List<String> all = new ArrayList<>(problems);
    read.forEach(
        (name, group) ->
            group
                .unknownKeys()
                .forEach(
                    key ->
                        all.add(
                            "Property '%s' in group '%s' is unknown; known are %s"
                                .formatted(key, name, new TreeSet<>(group.knownKeys())))));
    groups.keySet().stream()
        .filter(name -> !read.containsKey(name))
        .sorted()
        .forEach(
            name -> all.add("Group '%s' is unknown; known are %s".formatted(name, read.keySet())));
    if (!all.isEmpty()) {
      throw new InvalidSettings(all);
    }
  }
}
