package io.chromasync.ops.audit;

import io.chromasync.config.FolderUri;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.ops.Folder;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.ops.audit.AuditReport.NeedsRun;
import io.chromasync.ops.audit.AuditReport.Repair;
import io.chromasync.ops.audit.AuditReport.Unverified;
import io.chromasync.snapshot.RequestedPartitions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Repair by the running job: snapshots of exactly the differing partitions, with their newest runs.
 * The job resolves them in order with the stream, so a repair never overwrites newer data, and
 * deletes what Chroma has beyond them. An audit of what was repaired follows.
 */
final class Repairs {

  /** Time for the job to find a request, read the partition and load its runs. */
  private static final Duration FIRST = Duration.ofSeconds(30);

  private final AuditedSystem system;
  private final PartitionAudit audit;
  private final String requests;
  private final Progress progress;
  private final InstantSource clock;

  /**
   * @param requests request folder of the job
   */
  Repairs(
      AuditedSystem system,
      PartitionAudit audit,
      String requests,
      Progress progress,
      InstantSource clock) {
    this.system = system;
    this.audit = audit;
    this.requests = requests;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Repairs, and waits until nothing more improves.
   *
   * @param partitions all that a snapshot can repair
   * @param count number of their differences
   * @param differences the first of them, which name orphans
   * @param patience maximum time without an improvement
   * @param unverified receives what changed in each reading of the last audit
   */
  Repair repair(
      Set<String> partitions,
      long count,
      List<Finding> differences,
      Duration patience,
      List<Unverified> unverified)
      throws IOException, InterruptedException {
    progress.begin("repair", "partitions");
    Suspects open = suspects(differences);
    open.addPartitions(partitions);
    request(partitions, differences);
    progress.add(partitions.size(), partitions.size());
    Thread.sleep(FIRST.toMillis());
    Found last = new Found();
    Instant improved = clock.instant();
    int best = Integer.MAX_VALUE;
    while (!open.isEmpty() && clock.instant().isBefore(improved.plus(patience))) {
      Confirmation confirmation = new Confirmation(system, audit, progress, clock);
      last = new Found();
      confirmation.confirm(confirmation.compare(open), last);
      open = suspects(last.findings);
      if (last.findings.size() < best) {
        best = last.findings.size();
        improved = clock.instant();
      }
    }
    unverified.addAll(last.unverified);
    long left = last.findings.size();
    return new Repair(partitions.size(), count - left, left, last.needRun());
  }

  private static Suspects suspects(List<Finding> findings) {
    Suspects suspects = new Suspects();
    findings.forEach(finding -> suspects.add(finding.partition(), List.of(finding)));
    return suspects;
  }

  /** Requests the snapshots; and by id the deletion of orphans, which a filter may miss. */
  private void request(Set<String> partitions, List<Finding> differences) throws IOException {
    Set<String> lines = new LinkedHashSet<>();
    partitions.forEach(each -> lines.add(RequestedPartitions.withRuns(each)));
    for (Finding each : differences) {
      if (each.kind() == Kind.ORPHANED && each.id().lines().count() == 1) {
        lines.add(
            RequestedPartitions.orphan(logical(each.collection()), each.partition(), each.id()));
      }
    }
    byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    Folder.put(
        FolderUri.path(requests), "repair", ".txt", clock.instant(), file -> file.write(bytes));
  }

  /** Collection of the domain with this name in Chroma. */
  private CollectionName logical(String name) {
    return system.domain().tree().collections().stream()
        .map(DomainCollection::collection)
        .filter(each -> system.nameOf(each).equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Differences that the audit of a repair found. */
  private static final class Found implements Confirmation.Outcomes {

    private final List<Finding> findings = new ArrayList<>();
    private final Map<NeedsRun, Long> missing = new HashMap<>();
    private final List<Unverified> unverified = new ArrayList<>();

    /** Returns what only a new run can supply, by the entity that the run is about. */
    List<NeedsRun> needRun() {
      return missing.entrySet().stream()
          .map(
              each ->
                  new NeedsRun(
                      each.getKey().partition(),
                      each.getKey().entity(),
                      each.getKey().collection(),
                      each.getValue()))
          .sorted(
              Comparator.comparing(NeedsRun::partition)
                  .thenComparing(NeedsRun::entity)
                  .thenComparing(NeedsRun::collection))
          .toList();
    }

    @Override
    public void known(PartitionAudit.Result result, List<Finding> confirmed) {
      findings.addAll(confirmed);
      for (Finding each : confirmed) {
        String scope = result.scopes().get(new Suspects.Place(each.collection(), each.id()));
        if (each.kind() == Kind.MISSING && scope != null) {
          missing.merge(new NeedsRun(each.partition(), scope, each.collection(), 0), 1L, Long::sum);
        }
      }
    }

    @Override
    public void changing(Suspects.Place place) {
      unverified.add(new Unverified(place.toString(), "it was another difference in each reading"));
    }

    @Override
    public void confirmed(Finding finding) {
      findings.add(finding);
    }
  }
}
