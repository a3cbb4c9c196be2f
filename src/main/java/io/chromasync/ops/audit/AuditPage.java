package io.chromasync.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.ops.audit.AuditReport.CollectionCounts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Key;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.ops.audit.AuditReport.NeedsRun;
import io.chromasync.ops.audit.AuditReport.Phase;
import io.chromasync.ops.audit.AuditReport.Stratum;
import io.chromasync.ops.audit.AuditReport.Unverified;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Report of an audit as one web page, without scripts and without requests to other servers. It
 * embeds the report as JSON, with its hash.
 */
final class AuditPage {

  /** Opening tag of the embedded JSON. */
  static final String JSON = "<script type=\"application/json\" id=\"report\">";

  private static final int MOST_FINDINGS = 200;

  private final AuditReport report;
  private final JsonNode json;
  private final StringBuilder page = new StringBuilder();

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

  /** Escapes text for XML: names and values come from outside. */
  static String escaped(String text) {
    return text == null
        ? ""
        : text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;")
            .replace("'", "&#39;");
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
    findings();
    unverified();
    repair();
    phases();
    proof();
    return page.append("</main></body></html>\n").toString();
  }

  private void head() {
    page.append("<h1>Chromasync audit, %s</h1>".formatted(escaped(report.way())));
    page.append(
        "<p class=\"verdict %s\">%s.</p>%n"
            .formatted(
                report.verdict().name().toLowerCase(Locale.ROOT),
                escaped(AuditSummary.sentence(report))));
    page.append("<dl>");
    term("audited", report.begun() + " to " + report.ended());
    term("table", report.subject().table());
    term("Chroma", report.subject().chroma() + ", version " + report.subject().chromaVersion());
    term("mapping", report.subject().domain() + ", fingerprint " + report.subject().fingerprint());
    term("partitions", number(report.partitions()));
    term("tool", report.tool());
    page.append("</dl>\n");
  }

  private void term(String name, String value) {
    page.append("<dt>%s</dt><dd>%s</dd>".formatted(name, escaped(value)));
  }

  private void collections() {
    page.append("<h2>Records</h2><figure>");
    page.append("<figcaption>Outcomes of the records of each collection</figcaption>");
    page.append(AuditCharts.collections(report.collections()));
    page.append(AuditCharts.key()).append("</figure>");
    List<Column<CollectionCounts>> columns = new ArrayList<>();
    columns.add(new Column<>("collection", "id", CollectionCounts::name));
    columns.add(new Column<>("expected", "n", each -> number(each.expected())));
    columns.add(new Column<>("found", "n", each -> number(each.found())));
    columns.add(new Column<>("agree", "n", each -> number(each.agree())));
    columns.add(new Column<>("missing", "n", each -> number(each.missing())));
    columns.add(new Column<>("orphaned", "n", each -> number(each.orphaned())));
    columns.add(new Column<>("stale", "n", each -> number(each.stale())));
    columns.add(new Column<>("wrong vector", "n", each -> number(each.wrongVector())));
    columns.add(new Column<>("unverified", "n", each -> number(each.unverified())));
    table(columns, report.collections());
    if (report.facts() != null) {
      paragraph(
          "The table has %s facts. The job's state differs from the table in %s of them."
              .formatted(number(report.facts().table()), number(report.facts().differing())));
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
    paragraph(
        "Records that do not come back when they are searched by their own vector: %s."
            .formatted(report.search().statement()));
    page.append(
        "<figure><figcaption>Share of each part that did not come back, oldest part first;");
    page.append(" the line ends at its 95 % bound</figcaption>");
    page.append(AuditCharts.strata(report.search().strata())).append("</figure>");
    table(
        List.of(
            new Column<>("part", "", Stratum::part),
            new Column<>("searched", "n", each -> number(each.sampled())),
            new Column<>("did not come back", "n", each -> number(each.unreachable()))),
        report.search().strata());
  }

  private void findings() {
    if (report.findings().isEmpty()) {
      return;
    }
    page.append("<h2>Differences</h2>");
    List<Finding> shown =
        report.findings().subList(0, Math.min(MOST_FINDINGS, report.findings().size()));
    if (report.differences() > shown.size()) {
      paragraph(
          "The first %s of %s; the JSON at the end has up to %s."
              .formatted(
                  number(shown.size()),
                  number(report.differences()),
                  number(AuditReport.MOST_FINDINGS)));
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
    page.append("<details><summary><code>%s</code></summary>".formatted(escaped(finding.id())));
    page.append("<p class=\"note\">%s</p>".formatted(escaped(finding.detail())));
    if (!finding.keys().isEmpty()) {
      table(
          List.of(
              new Column<>("key", "id", Key::key),
              new Column<>("expected", "id", each -> shown(each.expected())),
              new Column<>("found", "id", each -> shown(each.found()))),
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

  private void unverified() {
    if (!report.unverified().isEmpty()) {
      page.append("<h2>Unverified</h2>");
      table(
          List.of(
              new Column<>("range", "id", Unverified::range),
              new Column<>("reason", "", Unverified::reason)),
          report.unverified());
    }
  }

  private void repair() {
    if (report.repair() == null) {
      return;
    }
    page.append("<h2>Repair</h2>");
    paragraph(
        "Snapshots of %s partitions were requested from the job: %s differences are gone, %s are left."
            .formatted(
                number(report.repair().partitions()),
                number(report.repair().repaired()),
                number(report.repair().left())));
    if (!report.repair().needRun().isEmpty()) {
      paragraph("Only a new run can supply these:");
      table(
          List.of(
              new Column<>("partition", "id", NeedsRun::partition),
              new Column<>("entity", "id", NeedsRun::entity),
              new Column<>("collection", "", NeedsRun::collection),
              new Column<>("records", "n", each -> number(each.records()))),
          report.repair().needRun());
    }
  }

  private void phases() {
    page.append("<h2>Steps</h2>");
    table(
        List.of(
            new Column<>("step", "", Phase::name),
            new Column<>("read or compared", "n", each -> number(each.count()) + " " + each.unit()),
            new Column<>(
                "seconds", "n", each -> String.format(Locale.ROOT, "%,.1f", each.seconds()))),
        report.phases());
  }

  private void proof() {
    page.append("<h2>Proof</h2>");
    page.append("<p>SHA-256 of the report: <code>%s</code></p>".formatted(AuditJson.hashOf(json)));
    paragraph(
        "bin/audit --check FILE tells whether the report in this page is the one of this hash.");
    // Once these characters are escaped, no string of JSON ends the script, in HTML or XML.
    String text = AuditJson.text(json).replace("<", "\\u003c").replace("&", "\\u0026");
    page.append(JSON).append(text).append("</script>\n");
  }

  private void paragraph(String text) {
    page.append("<p>%s</p>".formatted(escaped(text)));
  }

  /** Column of a table; its type is the class of its cells. */
  private record Column<T>(String title, String type, Function<T, String> value) {}

  private <T> void table(List<Column<T>> columns, List<T> rows) {
    page.append("<div class=\"scroll\"><table><thead><tr>");
    columns.forEach(
        each -> page.append("<th class=\"%s\">%s</th>".formatted(each.type(), each.title())));
    page.append("</tr></thead><tbody>\n");
    for (T row : rows) {
      page.append("<tr>");
      for (Column<T> each : columns) {
        page.append(
            "<td class=\"%s\">%s</td>".formatted(each.type(), escaped(each.value().apply(row))));
      }
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  private static String shown(String json) {
    return json == null ? "none" : json;
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String css() {
    try (InputStream file = AuditPage.class.getResourceAsStream("page.css")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the class path has no page.css", e);
    }
  }
}
