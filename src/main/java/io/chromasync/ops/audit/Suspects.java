package io.chromasync.ops.audit;

import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.resolve.rules.ContentHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Differences by partition that are not confirmed yet. A difference is confirmed by an equal one
 * that a later reading finds: expected values, found values and versions must be the same. Of each
 * difference, only a hash and its place are kept, because a million may be there.
 */
final class Suspects {

  /** Place of a difference. */
  record Place(String collection, String id) {

    @Override
    public String toString() {
      return collection == null ? id : collection + " " + id;
    }
  }

  private final Map<String, Map<Long, Place>> places = new TreeMap<>();

  void add(String partition, Collection<Finding> found) {
    for (Finding each : found) {
      places
          .computeIfAbsent(partition, any -> new HashMap<>())
          .put(hash(each), new Place(each.collection(), each.id()));
    }
  }

  /** Adds partitions, to be looked at whatever is known of them. */
  void addPartitions(Collection<String> partitions) {
    partitions.forEach(each -> places.computeIfAbsent(each, any -> new HashMap<>()));
  }

  void addAll(Suspects others) {
    others.places.forEach(
        (partition, found) ->
            places.computeIfAbsent(partition, any -> new HashMap<>()).putAll(found));
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** Returns the partitions, sorted. */
  List<String> partitions() {
    return List.copyOf(places.keySet());
  }

  /** Returns true if some difference is one between table and state. */
  boolean haveFacts() {
    return places.values().stream()
        .flatMap(each -> each.values().stream())
        .anyMatch(place -> place.collection() == null);
  }

  /** Returns true if an equal difference was found before. */
  boolean contains(String partition, Finding finding) {
    return places.getOrDefault(partition, Map.of()).containsKey(hash(finding));
  }

  /** Returns true if any difference was found before at the same record or fact. */
  boolean hasPlace(String partition, Finding finding) {
    return places
        .getOrDefault(partition, Map.of())
        .containsValue(new Place(finding.collection(), finding.id()));
  }

  /** Returns the ids of records of a partition, by the name of their collection in Chroma. */
  Map<String, Set<String>> records(String partition) {
    Map<String, Set<String>> ids = new HashMap<>();
    for (Place place : places.getOrDefault(partition, Map.of()).values()) {
      if (place.collection() != null) {
        ids.computeIfAbsent(place.collection(), any -> new TreeSet<>()).add(place.id());
      }
    }
    return ids;
  }

  /** Returns the places of all differences. */
  List<Place> all() {
    List<Place> all = new ArrayList<>();
    places
        .values()
        .forEach(each -> all.addAll(new TreeSet<>(each.keySet()).stream().map(each::get).toList()));
    return all;
  }

  private static long hash(Finding finding) {
    return ContentHash.of(finding.toString());
  }
}
