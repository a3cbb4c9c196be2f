package io.chromasync.ops.audit;

import io.chromasync.model.DomainCollection;
import io.chromasync.model.Projection;
import io.chromasync.ops.audit.AuditReport.FactCounts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Remedy;
import io.chromasync.ops.audit.AuditReport.Repair;
import io.chromasync.ops.audit.AuditReport.Search;
import io.chromasync.ops.audit.AuditReport.Subject;
import io.chromasync.ops.audit.AuditReport.Unverified;
import io.chromasync.snapshot.TableReader;
import io.chromasync.snapshot.scan.ReadBudget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One audit, from reading to report. */
final class AuditRun {

  /**
   * Choices of an audit.
   *
   * @param sample number of records to search; 0 = none
   * @param readUnits maximum read units of the table per second; 0 = no maximum
   * @param repairs true to repair what a snapshot can repair
   * @param patience maximum time of a repair without an improvement
   * @param seed of the sample
   */
  record Choices(int sample, double readUnits, boolean repairs, Duration patience, long seed) {}

  /**
   * What an audit needs beside the system's partitions.
   *
   * @param requests request folder of the job; null if there is no job
   */
  record Sides(
      Projection projection,
      TableReader table,
      String chroma,
      String chromaVersion,
      String requests) {}

  private final AuditedSystem system;
  private final Sides sides;
  private final Choices choices;
  private final WorkFolder work;
  private final Progress progress;
  private final InstantSource clock;
  private final PartitionAudit audit;
  private final Tally tally = new Tally();

  AuditRun(
      AuditedSystem system,
      Sides sides,
      Choices choices,
      WorkFolder work,
      Progress progress,
      InstantSource clock) {
    this.system = system;
    this.sides = sides;
    this.choices = choices;
    this.work = work;
    this.progress = progress;
    this.clock = clock;
    this.audit =
        new PartitionAudit(
            system.domain(), sides.projection(), system.nameOf(), sides.requests() != null);
  }

  /**
   * Runs the audit.
   *
   * @param tool name and version
   * @param unread receives ranges whose state cannot be read, while the audit runs
   * @throws IOException if a side cannot be read at all
   */
  AuditReport run(String tool, List<Unverified> unread) throws IOException, InterruptedException {
    Instant begun = clock.instant();
    read();
    Suspects suspects =
        new Comparison(
                system.domain(), audit, system.nameOf(), work, progress, sides.table().table())
            .compare(tally);
    progress.begin("confirm", "partitions");
    new Confirmation(system, audit, progress, clock).confirm(suspects, outcomes());
    Search search =
        choices.sample() == 0
            ? null
            : new SearchSample(system, progress, new Random(choices.seed()))
                .search(choices.sample(), tally::difference);
    Repair repair = repair();
    unread.stream().distinct().forEach(tally::unverified);
    return new AuditReport(
        tool,
        sides.requests() != null ? "three-way" : "two-way",
        begun.toString(),
        clock.instant().toString(),
        subject(),
        tally.partitions(),
        tally.collections(names()),
        sides.requests() != null ? new FactCounts(tally.facts(), tally.differingFacts()) : null,
        search,
        tally.findings(),
        tally.differences(),
        tally.unverified(),
        progress.end(),
        repair);
  }

  /**
   * Reads all sides: the table, the states of its partitions, Chroma, and the states of partitions
   * that only Chroma has.
   */
  private void read() throws IOException, InterruptedException {
    ReadBudget budget = new ReadBudget();
    budget.rate(choices.readUnits());
    new TableScan(sides.table(), budget, work, progress).read();
    progress.begin("state", "partitions");
    StateReading states = new StateReading(system.states(), system.domain().tree(), work, progress);
    Set<String> partitions = work.partitions(TableScan.READING);
    states.read(partitions);
    for (DomainCollection each : system.domain().tree().collections()) {
      ChromaScan scan =
          new ChromaScan(
              system.records(),
              system.landing(),
              each,
              system.readsVectors(),
              work,
              progress,
              clock);
      scan.read();
      scan.unverified().forEach(tally::unverified);
    }
    Set<String> others = new TreeSet<>(work.partitions(ChromaScan.READING));
    others.removeAll(partitions);
    progress.begin("rest", "partitions");
    states.read(others);
  }

  private Repair repair() throws IOException, InterruptedException {
    List<Finding> differences =
        tally.findings().stream().filter(each -> each.remedy() == Remedy.SNAPSHOT).toList();
    if (!choices.repairs() || differences.isEmpty()) {
      return null;
    }
    List<Unverified> unverified = new ArrayList<>();
    Repair repair =
        new Repairs(system, audit, sides.requests(), progress, clock)
            .repair(
                tally.differing(), tally.repairable(), differences, choices.patience(), unverified);
    unverified.forEach(tally::unverified);
    return repair;
  }

  private Confirmation.Outcomes outcomes() {
    return new Confirmation.Outcomes() {
      @Override
      public void known(PartitionAudit.Result result, List<Finding> confirmed) {
        tally.partition(result, system.nameOf());
        confirmed.forEach(tally::difference);
      }

      @Override
      public void changing(Suspects.Place place) {
        tally.changing(
            place,
            "it was another difference in each of %s readings"
                .formatted(Confirmation.MOST_READINGS));
      }

      @Override
      public void confirmed(Finding finding) {
        tally.foreign(finding.collection());
        tally.difference(finding);
      }
    };
  }

  private Subject subject() throws IOException {
    return new Subject(
        sides.table().table(),
        sides.chroma(),
        sides.chromaVersion(),
        system.domain().getClass().getSimpleName().toLowerCase(Locale.ROOT),
        Fingerprint.of(system.domain().getClass()));
  }

  private List<String> names() {
    return system.domain().tree().collections().stream()
        .map(each -> system.nameOf(each.collection()))
        .toList();
  }
}
