package io.chromasync.ops.audit;

import io.chromasync.chroma.client.RecordSource;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityTree;
import io.chromasync.ops.TableFacts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.resolve.PartitionDump;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads suspect partitions again, until each difference is confirmed or gone.
 *
 * <p>One reading, in this order: the table; a wait until the job has applied all changes up to
 * then; the state, whose result comes after Chroma has acknowledged all earlier writes; Chroma, by
 * id; the table. A difference is confirmed if the reading before found an equal one, with the same
 * versions, and if the table did not change meanwhile. So what is in flight never counts: between
 * two equal states of a record nothing is written to it. A record that agreed once is not suspect
 * any more, whatever happens to it later.
 */
final class Confirmation {

  /** Readings after the first. */
  static final int MOST_READINGS = 8;

  private static final int BATCH = 1_000;

  private final AuditedSystem system;
  private final PartitionAudit audit;
  private final Progress progress;
  private final InstantSource clock;

  Confirmation(AuditedSystem system, PartitionAudit audit, Progress progress, InstantSource clock) {
    this.system = system;
    this.audit = audit;
    this.progress = progress;
    this.clock = clock;
  }

  /** Receives what was found out about a partition. */
  interface Outcomes {

    /** Receives the last comparison of a partition, with the confirmed differences among its. */
    void known(PartitionAudit.Result result, List<Finding> confirmed);

    /** Receives a difference that was another one in each reading. */
    void changing(Suspects.Place place);

    /** Receives a difference that counts whatever the state says: of a record without partition. */
    void confirmed(Finding finding);
  }

  /**
   * Compares partitions once, by id.
   *
   * @param known records to read beside those that the state knows
   * @return differences that are not confirmed
   */
  Suspects compare(Suspects known) throws IOException, InterruptedException {
    Suspects found = new Suspects();
    List<String> partitions = new ArrayList<>(known.partitions());
    partitions.remove("");
    for (int from = 0; from < partitions.size(); from += BATCH) {
      List<String> batch = partitions.subList(from, Math.min(from + BATCH, partitions.size()));
      system
          .states()
          .read(
              batch,
              state -> found.add(state.partition(), read(state, null, known).result().findings()));
    }
    return found;
  }

  /**
   * Confirms or drops all differences.
   *
   * @throws IOException if a side cannot be read
   */
  void confirm(Suspects found, Outcomes outcomes) throws IOException, InterruptedException {
    Suspects suspects = found;
    for (int reading = 1; !suspects.isEmpty(); reading++) {
      Suspects open = new Suspects();
      List<String> partitions = suspects.partitions();
      for (int from = 0; from < partitions.size(); from += BATCH) {
        List<String> batch = partitions.subList(from, Math.min(from + BATCH, partitions.size()));
        boolean isLast = reading == MOST_READINGS;
        confirm(batch, suspects, isLast, open, outcomes);
        progress.add(batch.size(), 0);
      }
      suspects = open;
    }
  }

  private void confirm(
      List<String> partitions, Suspects suspects, boolean isLast, Suspects open, Outcomes outcomes)
      throws IOException, InterruptedException {
    Map<String, TableFacts> before = new HashMap<>();
    for (String partition : partitions) {
      if (partition.isEmpty()) {
        foreign(suspects, outcomes);
      } else {
        before.put(partition, system.items().of(partition));
      }
    }
    boolean isApplied = !suspects.haveFacts() || system.landing().await(clock.instant());
    system
        .states()
        .read(
            before.keySet(),
            state -> {
              Reading reading = read(state, before.get(state.partition()), suspects);
              settle(reading, isApplied, suspects, isLast, open, outcomes);
            });
  }

  /** Reads the other two sides of a partition, and compares. */
  private Reading read(PartitionDump state, TableFacts before, Suspects suspects) {
    try {
      List<ChromaLine> records = new ArrayList<>();
      Map<String, Set<String>> suspect = suspects.records(state.partition());
      for (DomainCollection each : system.domain().tree().collections()) {
        Set<String> ids = ids(state, each, system.domain().tree());
        ids.addAll(suspect.getOrDefault(system.nameOf(each.collection()), Set.of()));
        for (RecordSource.Found record :
            system.records().byId(each, ids, system.readsVectors()).values()) {
          records.add(ChromaLine.parse(ChromaScan.line(each, record)));
        }
      }
      TableFacts after = system.items().of(state.partition());
      Map<CollectionName, Map<String, ChromaLine>> chroma = Comparison.byCollection(records);
      PartitionAudit.Result result = audit.compare(state, after, chroma);
      if (before != null && !before.facts().equals(after.facts())) {
        result = result.without(audit.compare(state, before, chroma));
      }
      return new Reading(state, before, after, result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Reading(
      PartitionDump state, TableFacts before, TableFacts after, PartitionAudit.Result result) {

    /** Whether a difference may be due to what is in flight. */
    boolean mayPass(Finding finding, boolean isApplied) {
      if (state.waiting() > 0) {
        return true;
      }
      return finding.kind() == Kind.TABLE_NOT_STATE
          && (!isApplied || !Objects.equals(fact(before, finding), fact(after, finding)));
    }

    private static Object fact(TableFacts table, Finding finding) {
      for (Map.Entry<EntityKey, ?> each : table.facts().entrySet()) {
        if (each.getKey().path().equals(finding.id())) {
          return each.getValue();
        }
      }
      return null;
    }
  }

  private void settle(
      Reading reading,
      boolean isApplied,
      Suspects suspects,
      boolean isLast,
      Suspects open,
      Outcomes outcomes) {
    String partition = reading.state().partition();
    List<Finding> confirmed = new ArrayList<>();
    Suspects rest = new Suspects();
    for (Finding finding : reading.result().findings()) {
      if (suspects.contains(partition, finding) && !reading.mayPass(finding, isApplied)) {
        confirmed.add(finding);
      } else if (suspects.hasPlace(partition, finding)) {
        rest.add(partition, List.of(finding));
      }
    }
    if (rest.isEmpty() || isLast) {
      outcomes.known(reading.result(), confirmed);
      rest.all().forEach(outcomes::changing);
    } else {
      open.add(partition, confirmed);
      open.addAll(rest);
    }
  }

  /** A record without partition counts if it is still there: the job never writes such a record. */
  private void foreign(Suspects suspects, Outcomes outcomes) {
    Map<String, Set<String>> suspect = suspects.records("");
    for (DomainCollection each : system.domain().tree().collections()) {
      Collection<String> ids = suspect.getOrDefault(system.nameOf(each.collection()), Set.of());
      for (RecordSource.Found record : system.records().byId(each, ids, false).values()) {
        ChromaLine line = ChromaLine.parse(ChromaScan.line(each, record));
        if (line.partition().isEmpty()) {
          outcomes.confirmed(PartitionAudit.foreign(line, system.nameOf(each.collection())));
        }
      }
    }
  }

  /** Ids of all records of a collection that the state knows, shown or not. */
  private static Set<String> ids(
      PartitionDump state, DomainCollection collection, EntityTree tree) {
    Set<String> ids = new TreeSet<>();
    CollectionName name = collection.collection();
    for (EntityKey chunk : state.chunks().keys()) {
      for (EntityKey entity : state.chunks().get(chunk).written().keySet()) {
        if (entity.kind() == collection.records()) {
          ids.add(tree.record(name, state.partition(), entity).id());
        }
      }
    }
    return ids;
  }
}
