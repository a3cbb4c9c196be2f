package io.chromasync.ops;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.ops.Explanation.Difference;
import io.chromasync.ops.Explanation.RecordLine;
import io.chromasync.ops.Explanation.Verdict;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.RecordState;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.resolve.rules.WorkingSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Computes the {@link Explanation} of a partition, by the job's own rules, from copies of what the
 * job, the table and Chroma have. Pure.
 *
 * <p>Chroma may be behind the state by what is in flight; table and Chroma are read after the
 * state, so they may also be ahead.
 */
public final class ExplainPartition {

  private final Domain domain;
  private final PartitionDump state;
  private final ExplainFacts facts;
  private final WorkingSet memory;
  private final Projection.View view;

  /**
   * @param table facts of the items in the table; null if the table was not read
   */
  public ExplainPartition(
      Domain domain, Projection projection, PartitionDump state, TableFacts table) {
    this.domain = domain;
    this.state = state;
    this.memory =
        new WorkingSet(
            domain.tree(),
            state.partition(),
            state.chunks(),
            DumpedVectors.of(state, domain.tree()),
            state.tableReadAsOf());
    this.facts = new ExplainFacts(state, memory, table);
    this.view = projection.of(memory);
  }

  /** Working set of the partition, for what follows from a change. */
  WorkingSet memory() {
    return memory;
  }

  /**
   * Explains the partition.
   *
   * @param chroma metadata of the partition's records, by collection and id
   * @param record id of the only record to explain; null = all
   */
  public Explanation explain(Map<CollectionName, Map<String, JsonNode>> chroma, String record) {
    List<RecordLine> records = new ArrayList<>();
    Set<EntityKey> explained = new TreeSet<>();
    for (DomainCollection collection : domain.tree().collections()) {
      Map<String, JsonNode> found = chroma.getOrDefault(collection.collection(), Map.of());
      Map<String, RecordKey> all = new TreeMap<>();
      for (EntityKey entity : written(collection)) {
        RecordKey key = domain.tree().record(collection.collection(), state.partition(), entity);
        all.put(key.id(), key);
      }
      found.forEach((id, metadata) -> addNamed(collection, id, metadata, all));
      Set<String> ids = new TreeSet<>(all.keySet());
      ids.addAll(found.keySet());
      for (String id : ids) {
        if (record == null || record.equals(id)) {
          records.add(line(collection.collection(), id, all.get(id), found.get(id)));
          if (all.containsKey(id)) {
            explained.add(all.get(id).entity());
          }
        }
      }
    }
    return new Explanation(
        state.partition(),
        state.asOf() == Long.MIN_VALUE ? null : Instant.ofEpochMilli(state.asOf()).toString(),
        complete(),
        state.waiting(),
        facts.facts(record, explained),
        records,
        null);
  }

  private Set<EntityKey> written(DomainCollection collection) {
    return new TreeSet<>(memory.written(collection.collection(), EntityKey.PARTITION).keySet());
  }

  /** Adds the key of a record whose id is that of the entity that its metadata name. */
  private void addNamed(
      DomainCollection collection, String id, JsonNode metadata, Map<String, RecordKey> all) {
    EntityKey entity = collection.entity(key -> metadata.path(key).asText(null));
    if (entity != null) {
      RecordKey key = domain.tree().record(collection.collection(), state.partition(), entity);
      if (key.id().equals(id)) {
        all.putIfAbsent(id, key);
      }
    }
  }

  private RecordLine line(CollectionName collection, String id, RecordKey key, JsonNode found) {
    RecordState written = key == null ? null : memory.written(key.entity());
    boolean isKnown = written != null && written.vector() != null;
    boolean isCompared = found != null && key != null && (!isKnown || written.isShown());
    List<Difference> differences =
        isCompared ? MetadataJson.differences(view.overlay(key), found) : List.of();
    Verdict verdict =
        isKnown
            ? verdict(written, found != null, differences)
            : unknown(key, found != null, differences);
    return new RecordLine(
        collection.name(),
        id,
        verdict,
        key == null ? describeForeign() : describe(key, written),
        written == null ? null : run(key, written),
        key == null ? null : since(key, written),
        scope(key),
        verdict == Verdict.STALE ? differences : List.of());
  }

  private static Verdict verdict(
      RecordState written, boolean isThere, List<Difference> differences) {
    if (written.lost() && !isThere) {
      return Verdict.LOST;
    }
    if (written.isShown() != isThere) {
      return isThere ? Verdict.ORPHANED : Verdict.MISSING;
    }
    return differences.isEmpty() ? Verdict.AGREES : Verdict.STALE;
  }

  /**
   * Verdict on a record of which no vector is known. It may show that of a run from before the job,
   * unless the record is deleted, the table has no item of it, or the job has seen every run.
   */
  private Verdict unknown(RecordKey key, boolean isThere, List<Difference> differences) {
    if (!isThere) {
      return Verdict.AGREES;
    }
    if (sawAllRuns()) {
      return Verdict.ORPHANED;
    }
    if (key == null) {
      return Verdict.FOREIGN;
    }
    if (memory.isRemoved(key.entity())
        || facts.isNoItem(key.entity())
        || view.omitted(key) != null) {
      return Verdict.ORPHANED;
    }
    return differences.isEmpty() ? Verdict.AGREES : Verdict.STALE;
  }

  private boolean sawAllRuns() {
    return memory.sawAllBelow(EntityKey.PARTITION);
  }

  private String describeForeign() {
    return sawAllRuns()
        ? "no run has supplied it"
        : "its metadata are those of another record, or of none";
  }

  private String describe(RecordKey key, RecordState written) {
    EntityKey deleted = facts.nearestDeleted(key.entity());
    String reason =
        deleted == null ? null : deleted.path() + " is " + facts.describeDeletion(deleted);
    if (written == null || written.vector() == null) {
      return deleted == null ? "no vector is known" : "deleted: " + reason;
    }
    String vector = "the vector of " + ExplainFacts.time(written.vector());
    if (written.lost()) {
      return vector + " is lost: only its run, or a newer run, can supply it";
    }
    if (!written.hidden()) {
      return vector + " is shown";
    }
    Version omitted = view.omitted(key);
    if (deleted == null && omitted != null) {
      return vector
          + " is hidden: the newer run of %s omits the record"
              .formatted(ExplainFacts.time(omitted));
    }
    return deleted == null ? vector + " waits to be written" : vector + " is hidden: " + reason;
  }

  /** Time of the newest change of the record: its vector, or a fact of its entity or below. */
  private String since(RecordKey key, RecordState written) {
    Version newest = written == null ? null : Version.max(written.vector(), written.removed());
    StateChunk chunk = state.chunks().get(key.entity().nearest(EntityKind.Trait.CHUNK));
    if (chunk != null) {
      for (Map.Entry<EntityKey, FactRegister> each : chunk.entries().entrySet()) {
        if (each.getKey().isWithin(key.entity())) {
          newest = Version.max(newest, each.getValue().version());
        }
      }
    }
    return newest == null ? null : ExplainFacts.time(newest);
  }

  /** Path of the entity whose runs supply the record's vector; null if none is known. */
  private String scope(RecordKey key) {
    if (key != null) {
      for (EntityKey scope : key.entity().ancestors()) {
        if (memory.entry(scope.batch(key.collection())) != null) {
          return scope.path();
        }
      }
    }
    return null;
  }

  private static String textOf(Fact batch) {
    return batch == null || batch.texts().isEmpty() ? null : batch.text(0);
  }

  /** Id of the run of the newest known vector; null if its batch is no longer the newest. */
  private String run(RecordKey key, RecordState written) {
    for (EntityKey scope : key.entity().ancestors()) {
      FactRegister batch = memory.entry(scope.batch(key.collection()));
      if (batch != null && batch.version().equals(written.vector())) {
        return textOf(batch.fact());
      }
    }
    return null;
  }

  private String complete() {
    Version read = memory.readAsOf();
    if (read != null) {
      return "all items were read as of " + ExplainFacts.time(read);
    }
    return memory.sawAllBelow(EntityKey.PARTITION)
        ? "every change since the insert of the partition was seen"
        : "unknown: no snapshot was read, and its insert was not seen";
  }
}
