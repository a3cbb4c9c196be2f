package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Projection;
import io.chromasync.ops.ExplainPartition;
import io.chromasync.ops.Explanation;
import io.chromasync.ops.Explanation.FactLine;
import io.chromasync.ops.Explanation.RecordLine;
import io.chromasync.ops.Explanation.Verdict;
import io.chromasync.ops.TableFacts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.KeyDifference;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.ops.audit.AuditReport.Remedy;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.RecordState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Compares table, state and Chroma for one partition, by the job's own rules. Pure. */
final class PartitionAudit {

  private final Domain domain;
  private final Projection projection;
  private final UnaryOperator<String> nameOf;
  private final boolean hasState;

  /**
   * @param nameOf from a collection of the domain to its name in Chroma
   * @param hasState false if the state is only computed from the table, so that both always agree
   */
  PartitionAudit(
      Domain domain, Projection projection, UnaryOperator<String> nameOf, boolean hasState) {
    this.domain = domain;
    this.projection = projection;
    this.nameOf = nameOf;
    this.hasState = hasState;
  }

  /**
   * Result of a comparison.
   *
   * @param expected number of records that should be shown, by collection
   * @param found number of records that are in Chroma, by collection
   * @param facts number of facts in the table
   * @param scopes path of the entity whose runs supply the vector of each missing record
   */
  record Result(
      List<Finding> findings,
      Map<CollectionName, Integer> expected,
      Map<CollectionName, Integer> found,
      int facts,
      Map<Suspects.Place, String> scopes) {

    /**
     * Copy without facts that agree with the table at an earlier time: a state is never newer than
     * the table.
     */
    Result without(Result earlier) {
      Set<String> differing = new HashSet<>();
      earlier.findings.stream()
          .filter(each -> each.kind() == Kind.TABLE_NOT_STATE)
          .forEach(each -> differing.add(each.id()));
      List<Finding> left =
          findings.stream()
              .filter(each -> each.kind() != Kind.TABLE_NOT_STATE || differing.contains(each.id()))
              .toList();
      return new Result(left, expected, found, facts, scopes);
    }
  }

  /**
   * Compares a partition.
   *
   * @param chroma records in Chroma, by collection and id
   */
  Result compare(
      PartitionDump state, TableFacts table, Map<CollectionName, Map<String, ChromaLine>> chroma) {
    Map<CollectionName, Map<String, JsonNode>> metadata = new TreeMap<>();
    chroma.forEach(
        (collection, records) -> {
          Map<String, JsonNode> all = new TreeMap<>();
          records.forEach((id, record) -> all.put(id, record.metadata()));
          metadata.put(collection, all);
        });
    Explanation explanation =
        new ExplainPartition(domain, projection, state, table).explain(metadata, null);
    List<Finding> findings = new ArrayList<>();
    if (hasState) {
      explanation.facts().stream()
          .filter(fact -> fact.table() != null)
          .forEach(fact -> findings.add(finding(state.partition(), fact)));
    }
    Map<CollectionName, Integer> expected = new HashMap<>();
    Map<CollectionName, Integer> found = new HashMap<>();
    Map<CollectionName, Map<String, Long>> vectors = vectors(state);
    Map<Suspects.Place, String> scopes = new HashMap<>();
    for (RecordLine record : explanation.records()) {
      if (isUndecided(record, table)) {
        continue;
      }
      CollectionName collection = new CollectionName(record.collection());
      ChromaLine there = chroma.getOrDefault(collection, Map.of()).get(record.id());
      if (there != null) {
        found.merge(collection, 1, Integer::sum);
      }
      if (isExpected(record, there)) {
        expected.merge(collection, 1, Integer::sum);
      }
      Long vector = vectors.getOrDefault(collection, Map.of()).get(record.id());
      Finding finding = finding(state.partition(), record, there, vector);
      if (finding != null) {
        findings.add(finding);
      }
      if (record.verdict() == Verdict.LOST || record.verdict() == Verdict.MISSING) {
        scopes.put(
            new Suspects.Place(name(record.collection()), record.id()),
            String.valueOf(record.scope()));
      }
    }
    return new Result(findings, expected, found, table.facts().size(), scopes);
  }

  /**
   * Whether only the job can tell if a record should be shown. A table without an item of the scope
   * of its run does not say if the item was deleted or never existed.
   */
  private boolean isUndecided(RecordLine record, TableFacts table) {
    if (hasState || record.scope() == null) {
      return false;
    }
    EntityKey scope = domain.tree().chunkAt(record.scope());
    return scope.kind().is(EntityKind.Trait.ITEM)
        && !scope.kind().is(EntityKind.Trait.LISTED)
        && !table.facts().containsKey(scope)
        && !table.rejected().contains(scope);
  }

  private static boolean isExpected(RecordLine record, ChromaLine there) {
    return switch (record.verdict()) {
      case AGREES, STALE -> there != null;
      case MISSING, LOST -> true;
      case ORPHANED, FOREIGN -> false;
    };
  }

  private static Finding finding(String partition, FactLine fact) {
    return new Finding(
        Kind.TABLE_NOT_STATE,
        partition,
        null,
        fact.entity(),
        fact.since(),
        "state: %s; table: %s".formatted(fact.state(), fact.table()),
        List.of(),
        Remedy.SNAPSHOT);
  }

  private Finding finding(String partition, RecordLine record, ChromaLine there, Long vector) {
    List<KeyDifference> keys = new ArrayList<>();
    record
        .differences()
        .forEach(each -> keys.add(new KeyDifference(each.key(), each.state(), each.chroma())));
    boolean isWrongVector =
        there != null
            && there.vector() != null
            && vector != null
            && !Objects.equals(vector, there.vector());
    Kind kind =
        switch (record.verdict()) {
          case MISSING, LOST -> Kind.MISSING;
          case ORPHANED, FOREIGN -> Kind.ORPHANED;
          case STALE -> Kind.STALE;
          case AGREES -> {
            if (there != null && !there.partition().equals(partition)) {
              keys.add(owner(partition, record, there));
              yield Kind.STALE;
            }
            yield isWrongVector ? Kind.WRONG_VECTOR : null;
          }
        };
    return kind == null
        ? null
        : new Finding(
            kind,
            partition,
            name(record.collection()),
            record.id(),
            record.since(),
            record.state() + (record.run() == null ? "" : "; run " + record.run()),
            keys,
            record.verdict() == Verdict.FOREIGN ? Remedy.OPERATOR : Remedy.SNAPSHOT);
  }

  /** Difference of a record whose metadata name no partition: nothing can tell whose it is. */
  static Finding foreign(ChromaLine record, String collection) {
    return new Finding(
        Kind.ORPHANED,
        null,
        collection,
        record.id(),
        null,
        "its metadata name no partition",
        List.of(),
        Remedy.OPERATOR);
  }

  /** A record that names another partition is found there as orphaned, and here by its id. */
  private KeyDifference owner(String partition, RecordLine record, ChromaLine there) {
    DomainCollection collection = domain.tree().of(new CollectionName(record.collection()));
    return new KeyDifference(
        collection.levels().get(0).key(), '"' + partition + '"', '"' + there.partition() + '"');
  }

  /** Hashes of the vectors that are shown, by collection and id; records without one are absent. */
  private Map<CollectionName, Map<String, Long>> vectors(PartitionDump state) {
    Map<CollectionName, Map<String, Long>> all = new HashMap<>();
    for (EntityKey chunk : state.chunks().keys()) {
      for (Map.Entry<EntityKey, RecordState> each :
          state.chunks().get(chunk).written().entrySet()) {
        if (each.getValue().isShown() && each.getValue().embedding() != null) {
          add(state.partition(), each.getKey(), each.getValue().embedding(), all);
        }
      }
    }
    return all;
  }

  private void add(
      String partition, EntityKey entity, long vector, Map<CollectionName, Map<String, Long>> all) {
    for (DomainCollection each : domain.tree().collections()) {
      if (each.records() == entity.kind()) {
        all.computeIfAbsent(each.collection(), any -> new HashMap<>())
            .put(domain.tree().record(each.collection(), partition, entity).id(), vector);
      }
    }
  }

  private String name(String collection) {
    return nameOf.apply(collection);
  }
}
