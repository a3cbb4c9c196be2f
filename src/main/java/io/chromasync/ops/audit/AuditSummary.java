package io.chromasync.ops.audit;

import io.chromasync.ops.audit.AuditReport.CollectionCounts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.KeyDifference;
import io.chromasync.ops.audit.AuditReport.NeedsRun;
import io.chromasync.ops.audit.AuditReport.Remedy;
import io.chromasync.ops.audit.AuditReport.Repair;
import io.chromasync.ops.audit.AuditReport.Unverified;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Report of an audit for a terminal. */
final class AuditSummary {

  private static final int MOST_LINES = 20;

  private final AuditReport report;
  private final PrintWriter out;

  AuditSummary(AuditReport report, PrintWriter out) {
    this.report = report;
    this.out = out;
  }

  /** Prints counts, the first differences, what is unverified, and the verdict. */
  void print() {
    counts();
    findings();
    unverified();
    if (report.search() != null) {
      out.printf("search        %s did not come back%n", report.search().statement());
    }
    if (report.repair() != null) {
      repair(report.repair());
    } else {
      advise();
    }
    out.println(sentence(report));
    out.flush();
  }

  /** Returns the verdict in one sentence. */
  static String sentence(AuditReport report) {
    long left = report.left();
    long records = report.collections().stream().mapToLong(CollectionCounts::found).sum();
    return switch (report.verdict()) {
      case AGREES -> number("Chroma shows what the table says: all %,d records agree", records);
      case DIFFERS ->
          number(left == 1 ? "%,d difference is left" : "%,d differences are left", left);
      case UNVERIFIED ->
          number(
              "No difference was found, but %,d ranges are unverified", report.unverified().size());
    };
  }

  private void counts() {
    out.printf(
        "%-24s %10s %10s %10s %9s %9s %9s %9s %11s%n",
        "collection",
        "expected",
        "found",
        "agree",
        "missing",
        "orphaned",
        "stale",
        "vector",
        "unverified");
    for (CollectionCounts each : report.collections()) {
      out.printf(
          Locale.ROOT,
          "%-24s %,10d %,10d %,10d %,9d %,9d %,9d %,9d %,11d%n",
          each.name(),
          each.expected(),
          each.found(),
          each.agree(),
          each.missing(),
          each.orphaned(),
          each.stale(),
          each.wrongVector(),
          each.unverified());
    }
    if (report.facts() != null) {
      out.printf(
          Locale.ROOT,
          "table         %,d facts in %,d partitions, of which the job's state differs in %,d%n",
          report.facts().table(),
          report.partitions(),
          report.facts().differing());
    }
  }

  private void findings() {
    for (Finding each : first(report.findings())) {
      out.printf(
          "%-16s %s%s%n",
          each.kind().name().toLowerCase(Locale.ROOT),
          each.collection() == null ? each.partition() + " " : each.collection() + " ",
          each.id());
      out.printf("  %s%n", each.detail());
      for (KeyDifference key : each.keys()) {
        out.printf(
            "  %s: expected %s, found %s%n", key.key(), shown(key.expected()), shown(key.found()));
      }
    }
    more(report.differences(), "differences; --json and --html have more of them");
  }

  private void unverified() {
    for (Unverified each : first(report.unverified())) {
      out.printf("unverified       %s: %s%n", each.range(), each.reason());
    }
    more(report.unverified().size(), "unverified ranges");
  }

  private void repair(Repair repair) {
    out.printf(
        Locale.ROOT,
        "repair        %,d partitions requested, %,d differences gone, %,d left%n",
        repair.partitions(),
        repair.repaired(),
        repair.left());
    for (NeedsRun each : repair.needRun()) {
      out.printf(
          Locale.ROOT,
          "needs a run   %s %s: %,d records of %s%n",
          each.partition(),
          each.entity(),
          each.records(),
          each.collection());
    }
  }

  private void advise() {
    long partitions =
        report.findings().stream()
            .filter(each -> each.remedy() == Remedy.SNAPSHOT)
            .map(Finding::partition)
            .distinct()
            .count();
    if (partitions > 0 && report.facts() != null) {
      out.printf(
          Locale.ROOT,
          "to repair     --repair requests snapshots of %,d partitions from the job%n",
          partitions);
    }
  }

  private void more(long all, String what) {
    if (all > MOST_LINES) {
      out.printf(Locale.ROOT, "… of %,d %s%n", all, what);
    }
  }

  private static <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(MOST_LINES, all.size()));
  }

  private static String number(String format, long number) {
    return String.format(Locale.ROOT, format, number);
  }

  private static String shown(String json) {
    return json == null ? "none" : json;
  }
}
