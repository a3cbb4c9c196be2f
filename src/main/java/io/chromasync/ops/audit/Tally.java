package io.chromasync.ops.audit;

import io.chromasync.model.CollectionName;
import io.chromasync.ops.audit.AuditReport.CollectionCounts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.ops.audit.AuditReport.Unverified;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Counts of an audit, and the differences that it has confirmed. Not thread-safe. */
final class Tally {

  private final Map<String, Map<Kind, Long>> kinds = new HashMap<>();
  private final Map<String, Long> expected = new TreeMap<>();
  private final Map<String, Long> found = new TreeMap<>();
  private final Map<String, Long> changing = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<Unverified> unverified = new ArrayList<>();
  private final Set<String> differing = new HashSet<>();
  private long differences;
  private long repairable;
  private long partitions;
  private long facts;

  /** Counts a partition; its differences are counted once they are confirmed. */
  void partition(PartitionAudit.Result result, UnaryOperator<String> nameOf) {
    partitions++;
    facts += result.facts();
    add(result.expected(), expected, nameOf);
    add(result.found(), found, nameOf);
  }

  /** Counts records that name no partition. */
  void foreign(String collection) {
    found.merge(collection, 1L, Long::sum);
  }

  /** Adds a confirmed difference. */
  void difference(Finding finding) {
    differences++;
    kinds
        .computeIfAbsent(String.valueOf(finding.collection()), any -> new HashMap<>())
        .merge(finding.kind(), 1L, Long::sum);
    if (findings.size() < AuditReport.MOST_FINDINGS) {
      findings.add(finding);
    }
    if (finding.remedy() == AuditReport.Remedy.SNAPSHOT) {
      differing.add(finding.partition());
      repairable++;
    }
  }

  /** Adds a range that could not be compared. */
  void unverified(Unverified range) {
    unverified.add(range);
  }

  /** Adds a record or fact that changed in each reading. */
  void changing(Suspects.Place place, String reason) {
    changing.merge(String.valueOf(place.collection()), 1L, Long::sum);
    unverified.add(new Unverified(place.toString(), reason));
  }

  /** Returns the partitions that a snapshot can repair. */
  Set<String> differing() {
    return differing;
  }

  /** Returns the number of differences that a snapshot can repair. */
  long repairable() {
    return repairable;
  }

  long differences() {
    return differences;
  }

  long partitions() {
    return partitions;
  }

  long facts() {
    return facts;
  }

  /** Returns the number of differences between table and state. */
  long differingFacts() {
    return kinds.getOrDefault("null", Map.of()).getOrDefault(Kind.TABLE_NOT_STATE, 0L);
  }

  List<Finding> findings() {
    return findings;
  }

  List<Unverified> unverified() {
    return unverified;
  }

  /**
   * Returns the counts of each collection.
   *
   * @param names of the collections in Chroma
   */
  List<CollectionCounts> collections(List<String> names) {
    return names.stream().map(this::counts).toList();
  }

  private CollectionCounts counts(String name) {
    long missing = count(name, Kind.MISSING);
    long stale = count(name, Kind.STALE);
    long wrong = count(name, Kind.WRONG_VECTOR);
    long open = changing.getOrDefault(name, 0L);
    long all = expected.getOrDefault(name, 0L);
    return new CollectionCounts(
        name,
        all,
        found.getOrDefault(name, 0L),
        Math.max(0, all - missing - stale - wrong - open),
        missing,
        count(name, Kind.ORPHANED),
        stale,
        wrong,
        open);
  }

  private long count(String collection, Kind kind) {
    return kinds.getOrDefault(collection, Map.of()).getOrDefault(kind, 0L);
  }

  private static void add(
      Map<CollectionName, Integer> counts, Map<String, Long> sums, UnaryOperator<String> nameOf) {
    counts.forEach(
        (collection, count) ->
            sums.merge(nameOf.apply(collection.name()), (long) count, Long::sum));
  }
}
