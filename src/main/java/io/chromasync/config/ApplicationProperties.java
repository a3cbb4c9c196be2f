package io.chromasync.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All application properties: groups of keys and values, as Amazon Managed Service for Apache Flink
 * holds them.
 *
 * <p>A settings record reads its {@link #group}; when all have been read, {@link #check} reports
 * every problem at once, groups and keys nobody asked for included.
 */
public final class ApplicationProperties {

  private final Map<String, Map<String, String>> groups;
  private final Map<String, PropertyGroup> read = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  public ApplicationProperties(Map<String, Map<String, String>> groups) {
    this.groups = groups;
  }

  /**
   * Reads the service's own format: a JSON list of {@code {"PropertyGroupId": …, "PropertyMap":
   * …}}.
   *
   * @param origin named in errors, as in {@code the file /etc/chromasync.json}
   * @throws InvalidSettings with every problem of its form
   */
  public static ApplicationProperties parse(String json, String origin) {
    return new ApplicationProperties(GroupsJson.parse(json, origin));
  }

  /** These, as if there were no other groups: for a tool that is not the whole job. */
  public ApplicationProperties only(String... names) {
    Map<String, Map<String, String>> own = new HashMap<>();
    for (String name : names) {
      own.put(name, groups.getOrDefault(name, Map.of()));
    }
    return new ApplicationProperties(own);
  }

  public PropertyGroup group(String name) {
    return read.computeIfAbsent(
        name, n -> new PropertyGroup(n, groups.getOrDefault(n, Map.of()), problems));
  }

  /**
   * Reports what the reading found.
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
