package io.chromasync.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.ops.audit.AuditReport.CollectionCounts;
import io.chromasync.ops.audit.AuditReport.FactCounts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.KeyDifference;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.ops.audit.AuditReport.NeedsRun;
import io.chromasync.ops.audit.AuditReport.Phase;
import io.chromasync.ops.audit.AuditReport.Remedy;
import io.chromasync.ops.audit.AuditReport.Repair;
import io.chromasync.ops.audit.AuditReport.Search;
import io.chromasync.ops.audit.AuditReport.Stratum;
import io.chromasync.ops.audit.AuditReport.Subject;
import io.chromasync.ops.audit.AuditReport.Unverified;
import io.chromasync.ops.audit.AuditReport.Verdict;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** What an audit writes: a page that is well-formed whatever the ids are, JSON, and a summary. */
final class AuditPageTest {

  private static final String HOSTILE = "</script><script>alert('x')</script>&<!-- \"ü";

  @Test
  void thePageIsWellFormedAndTextStaysText() throws Exception {
    Document page = parsed(page(differing(3)));

    assertThat(page.getElementsByTagName("script").getLength()).isEqualTo(1);
    assertThat(page.getElementsByTagName("code").item(0).getTextContent()).isEqualTo(HOSTILE);
    assertThat(page.getElementsByTagName("svg").getLength()).isGreaterThan(2);
  }

  @Test
  void anAuditWithoutDifferencesIsOneSentence() throws Exception {
    AuditReport report = report(List.of(), 0, List.of(), null);

    assertThat(report.verdict()).isEqualTo(Verdict.AGREES);
    assertThat(verdict(report))
        .isEqualTo("Chroma shows what the table says: all 1,000,007 records agree.");
  }

  @Test
  void differencesCountUntilTheyAreRepaired() throws Exception {
    assertThat(differing(3).verdict()).isEqualTo(Verdict.DIFFERS);
    assertThat(verdict(differing(3))).isEqualTo("3 differences are left.");
    AuditReport repaired = report(findings(3), 3, List.of(), new Repair(2, 3, 0, List.of()));
    assertThat(repaired.verdict()).isEqualTo(Verdict.AGREES);
    AuditReport left =
        report(
            findings(3),
            3,
            List.of(),
            new Repair(2, 2, 1, List.of(new NeedsRun("a", "receipt/1", "words", 1))));
    assertThat(verdict(left)).isEqualTo("1 difference is left.");
    assertThat(page(left)).contains("Only a new run can supply these", "receipt/1");
  }

  @Test
  void whatIsUnverifiedIsNoDifference() throws Exception {
    AuditReport report =
        report(List.of(), 0, List.of(new Unverified("words from offset 5", "503")), null);

    assertThat(report.verdict()).isEqualTo(Verdict.UNVERIFIED);
    assertThat(page(report)).contains("words from offset 5", "503");
  }

  @Test
  void aPageOfTenThousandDifferencesShowsTheFirstAndEmbedsAll() throws Exception {
    String page = page(differing(AuditReport.MOST_FINDINGS));

    assertThat(parsed(page).getElementsByTagName("details").getLength()).isEqualTo(200);
    assertThat(AuditCheck.report(page).get("findings")).hasSize(AuditReport.MOST_FINDINGS);
    assertThat(page).contains("The first 200 of 10,000");
  }

  @Test
  void anyChangeOfAReportIsNoticed() {
    JsonNode json = AuditJson.of(differing(3));
    String text = AuditJson.text(json);
    String page = AuditPage.of(differing(3), json);

    assertThat(AuditJson.isIntact(AuditCheck.report(text))).isTrue();
    assertThat(AuditJson.isIntact(AuditCheck.report(page))).isTrue();
    assertThat(AuditCheck.report(page)).isEqualTo(AuditCheck.report(text));
    assertThat(AuditJson.isIntact(AuditCheck.report(text.replace("1000007", "1000008")))).isFalse();
    assertThat(AuditJson.isIntact(AuditCheck.report(page.replace("DIFFERS", "AGREES")))).isFalse();
    assertThat(AuditCheck.report("a note")).isNull();
    assertThat(AuditCheck.report("{}")).isNull();
    assertThat(AuditCheck.report(page.substring(0, page.length() / 3))).isNull();
  }

  @Test
  void theSummaryNamesTheFirstDifferencesAndHowToRepair() {
    StringWriter text = new StringWriter();

    new AuditSummary(differing(30), new PrintWriter(text)).print();

    assertThat(text.toString())
        .contains("words", "label_TAX: expected true, found none", "… of 30 differences")
        .contains("--repair requests snapshots of 1 partitions from the job")
        .endsWith("30 differences are left\n");
  }

  private static AuditReport differing(int findings) {
    return report(findings(findings), findings, List.of(), null);
  }

  private static List<Finding> findings(int count) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      findings.add(
          new Finding(
              Kind.STALE,
              "a",
              "words",
              HOSTILE,
              "2026-11-" + (10 + i % 19) + "T09:00:00Z",
              "the vector of " + HOSTILE + " is shown",
              List.of(new KeyDifference("label_TAX", "true", null)),
              Remedy.SNAPSHOT));
    }
    return findings;
  }

  private static AuditReport report(
      List<Finding> findings, long differences, List<Unverified> unverified, Repair repair) {
    return new AuditReport(
        "bin/audit",
        "three-way",
        "2026-12-01T09:00:00Z",
        "2026-12-01T09:02:00Z",
        new Subject("receipts", "http://localhost:8000", "1.0.0", "receipts", "0123"),
        12,
        List.of(
            new CollectionCounts(
                "words", 1_000_007, 1_000_007, 1_000_007 - differences, 0, 0, differences, 0, 0)),
        new FactCounts(2_000_000, 0),
        new Search(300, 0, "0 of 300", List.of(new Stratum("words 0–20 %", 60, 0))),
        findings,
        differences,
        unverified,
        List.of(new Phase("table", 1.5, 2_000_000, "items")),
        repair);
  }

  private static String page(AuditReport report) {
    return AuditPage.of(report, AuditJson.of(report));
  }

  private static String verdict(AuditReport report) throws Exception {
    Document page = parsed(page(report));
    for (int i = 0; i < page.getElementsByTagName("p").getLength(); i++) {
      var paragraph = (org.w3c.dom.Element) page.getElementsByTagName("p").item(i);
      if (paragraph.getAttribute("class").startsWith("verdict")) {
        return paragraph.getTextContent();
      }
    }
    return null;
  }

  private static Document parsed(String page) throws Exception {
    String xml = page.replace("<!DOCTYPE html>", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }
}
