package io.chromasync.ops.audit;

import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.KeyDifference;
import io.chromasync.ops.audit.AuditReport.Kind;
import java.util.List;

/** Section of a page with the first differences, by kind. */
final class PageFindings {

  private static final int MOST_FINDINGS = 200;

  private final AuditReport report;
  private final Html page;

  PageFindings(AuditReport report, Html page) {
    this.report = report;
    this.page = page;
  }

  /** Writes the section; nothing if there are no differences. */
  void write() {
    if (report.findings().isEmpty()) {
      return;
    }
    page.append("<h2>Differences</h2>");
    List<Finding> shown =
        report.findings().subList(0, Math.min(MOST_FINDINGS, report.findings().size()));
    if (report.differences() > shown.size()) {
      page.paragraph(
          "The first %s of %s; the JSON at the end has up to %s."
              .formatted(
                  Html.number(shown.size()),
                  Html.number(report.differences()),
                  Html.number(AuditReport.MOST_FINDINGS)));
    }
    for (Kind kind : Kind.values()) {
      List<Finding> own = shown.stream().filter(each -> each.kind() == kind).toList();
      if (!own.isEmpty()) {
        page.append("<h3>%s</h3>".formatted(title(kind)));
        own.forEach(this::finding);
      }
    }
  }

  private void finding(Finding finding) {
    page.append(
        "<details><summary><code>%s</code></summary>".formatted(Html.escaped(finding.id())));
    page.append("<p class=\"note\">%s</p>".formatted(Html.escaped(finding.detail())));
    if (!finding.keys().isEmpty()) {
      page.table(
          List.of(
              new Html.Column<>("key", "id", KeyDifference::key),
              new Html.Column<>("expected", "id", each -> Html.shown(each.expected())),
              new Html.Column<>("found", "id", each -> Html.shown(each.found()))),
          finding.keys());
    }
    page.append("</details>\n");
  }

  private static String title(Kind kind) {
    return switch (kind) {
      case TABLE_NOT_STATE -> "The job's state is not what the table says";
      case MISSING -> "Missing in Chroma";
      case ORPHANED -> "Orphaned in Chroma";
      case STALE -> "Stale in Chroma";
      case WRONG_VECTOR -> "Wrong vector or document";
      case UNREACHABLE -> "Unreachable by search";
    };
  }
}
