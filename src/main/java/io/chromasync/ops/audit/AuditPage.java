package io.chromasync.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.ops.audit.AuditReport.CollectionCounts;
import io.chromasync.ops.audit.AuditReport.NeedsRun;
import io.chromasync.ops.audit.AuditReport.Phase;
import io.chromasync.ops.audit.AuditReport.Stratum;
import io.chromasync.ops.audit.AuditReport.Unverified;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Report of an audit as one web page, without scripts and without requests to other servers. It
 * embeds the report as JSON, with its hash.
 */
final class AuditPage {

  /** Opening tag of the embedded JSON. */
  static final String JSON = "<script type=\"application/json\" id=\"report\">";

  private final AuditReport report;
  private final JsonNode json;
  private final Html page = new Html();

  private AuditPage(AuditReport report, JsonNode json) {
    this.report = report;
    this.json = json;
  }

  /**
   * Returns the page.
   *
   * @param json the report as {@link AuditJson}
   */
  static String of(AuditReport report, JsonNode json) {
    return new AuditPage(report, json).write();
  }

  private String write() {
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <title>Chromasync audit</title><style>
        """);
    page.append(css()).append("</style></head><body><main>\n");
    head();
    collections();
    times();
    search();
    new PageFindings(report, page).write();
    unverified();
    repair();
    phases();
    proof();
    return page.append("</main></body></html>\n").toString();
  }

  private void head() {
    page.append("<h1>Chromasync audit, %s</h1>".formatted(Html.escaped(report.way())));
    page.append(
        "<p class=\"verdict %s\">%s.</p>%n"
            .formatted(
                report.verdict().name().toLowerCase(Locale.ROOT),
                Html.escaped(AuditSummary.sentence(report))));
    page.append("<dl>");
    page.term("audited", report.begun() + " to " + report.ended());
    page.term("table", report.subject().table());
    page.term(
        "Chroma", report.subject().chroma() + ", version " + report.subject().chromaVersion());
    page.term(
        "mapping", report.subject().domain() + ", fingerprint " + report.subject().fingerprint());
    page.term("partitions", Html.number(report.partitions()));
    page.term("tool", report.tool());
    page.append("</dl>\n");
  }

  private void collections() {
    page.append("<h2>Records</h2><figure>");
    page.append("<figcaption>Outcomes of the records of each collection</figcaption>");
    page.append(AuditCharts.collections(report.collections()));
    page.append(AuditCharts.key()).append("</figure>");
    List<Html.Column<CollectionCounts>> columns = new ArrayList<>();
    columns.add(new Html.Column<>("collection", "id", CollectionCounts::name));
    columns.add(new Html.Column<>("expected", "n", each -> Html.number(each.expected())));
    columns.add(new Html.Column<>("found", "n", each -> Html.number(each.found())));
    columns.add(new Html.Column<>("agree", "n", each -> Html.number(each.agree())));
    columns.add(new Html.Column<>("missing", "n", each -> Html.number(each.missing())));
    columns.add(new Html.Column<>("orphaned", "n", each -> Html.number(each.orphaned())));
    columns.add(new Html.Column<>("stale", "n", each -> Html.number(each.stale())));
    columns.add(new Html.Column<>("wrong vector", "n", each -> Html.number(each.wrongVector())));
    columns.add(new Html.Column<>("unverified", "n", each -> Html.number(each.unverified())));
    page.table(columns, report.collections());
    if (report.facts() != null) {
      page.paragraph(
          "The table has %s facts. The job's state differs from the table in %s of them."
              .formatted(
                  Html.number(report.facts().table()), Html.number(report.facts().differing())));
    }
  }

  private void times() {
    String chart = AuditCharts.times(report.findings());
    if (!chart.isEmpty()) {
      page.append("<h2>When the differing records changed last</h2><figure>");
      page.append(chart).append("</figure>\n");
    }
  }

  private void search() {
    if (report.search() == null) {
      return;
    }
    page.append("<h2>Search</h2>");
    page.paragraph(
        "Records that do not come back when they are searched by their own vector: %s."
            .formatted(report.search().statement()));
    page.append(
        "<figure><figcaption>Share of each part that did not come back, oldest part first;");
    page.append(" the line ends at its 95 % bound</figcaption>");
    page.append(AuditCharts.strata(report.search().strata())).append("</figure>");
    page.table(
        List.of(
            new Html.Column<>("part", "", Stratum::part),
            new Html.Column<>("searched", "n", each -> Html.number(each.sampled())),
            new Html.Column<>("did not come back", "n", each -> Html.number(each.unreachable()))),
        report.search().strata());
  }

  private void unverified() {
    if (!report.unverified().isEmpty()) {
      page.append("<h2>Unverified</h2>");
      page.table(
          List.of(
              new Html.Column<>("range", "id", Unverified::range),
              new Html.Column<>("reason", "", Unverified::reason)),
          report.unverified());
    }
  }

  private void repair() {
    if (report.repair() == null) {
      return;
    }
    page.append("<h2>Repair</h2>");
    page.paragraph(
        "Snapshots of %s partitions were requested from the job: %s differences are gone, %s are left."
            .formatted(
                Html.number(report.repair().partitions()),
                Html.number(report.repair().repaired()),
                Html.number(report.repair().left())));
    if (!report.repair().needRun().isEmpty()) {
      page.paragraph("Only a new run can supply these:");
      page.table(
          List.of(
              new Html.Column<>("partition", "id", NeedsRun::partition),
              new Html.Column<>("entity", "id", NeedsRun::entity),
              new Html.Column<>("collection", "", NeedsRun::collection),
              new Html.Column<>("records", "n", each -> Html.number(each.records()))),
          report.repair().needRun());
    }
  }

  private void phases() {
    page.append("<h2>Steps</h2>");
    page.table(
        List.of(
            new Html.Column<>("step", "", Phase::name),
            new Html.Column<>(
                "read or compared", "n", each -> Html.number(each.count()) + " " + each.unit()),
            new Html.Column<>(
                "seconds", "n", each -> String.format(Locale.ROOT, "%,.1f", each.seconds()))),
        report.phases());
  }

  private void proof() {
    page.append("<h2>Proof</h2>");
    page.append("<p>SHA-256 of the report: <code>%s</code></p>".formatted(AuditJson.hashOf(json)));
    page.paragraph(
        "bin/audit --check FILE tells whether the report in this page is the one of this hash.");
    // Once these characters are escaped, no string of JSON ends the script, in HTML or XML.
    String text = AuditJson.text(json).replace("<", "\\u003c").replace("&", "\\u0026");
    page.append(JSON).append(text).append("</script>\n");
  }

  private static String css() {
    try (InputStream file = AuditPage.class.getResourceAsStream("page.css")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the class path has no page.css", e);
    }
  }
}
