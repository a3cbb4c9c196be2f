package io.chromasync.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.bench.Targets.Verdict;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {

  private static final Figure RATIO = Figure.rate("updates, job ÷ plain client", "");
  private static final Figure LABELS = Figure.rate("label changes, RocksDB", "changes/CPU s");
  private static final Figure REMOVALS = Figure.rate("removals, <RocksDB>", "changes/CPU s");
  private static final Figure FACTS = PrintedFigure.FACTS_PER_SECOND.figure();

  @Test
  void aTargetIsMetFallsShortOrWasNotMeasured() {
    Measurements measured = new Measurements(List.of("this tree"));
    add(measured, BenchScenario.JOB, RATIO, 0.9);
    add(measured, BenchScenario.RESOLVE, LABELS, 24_000);

    assertThat(Targets.verdicts(measured))
        .contains(
            new Verdict("job ÷ ceiling: updates", "≥ 0.85", "0.9", "PASS", null),
            new Verdict(
                "label changes in resolve alone, RocksDB, a core",
                "≥ 25,000/CPU s",
                "24,000/CPU s",
                "falls short",
                null),
            new Verdict("job ÷ FIFO queue in batches of 10", "≥ 8", "", "not measured", null));
  }

  @Test
  void aRatioNeedsABaseline() {
    Measurements measured = new Measurements(List.of("this tree", "HEAD~1"));
    measured.add(BenchScenario.FACTS, "this tree", new FigureLine(FACTS, 30_000));
    assertThat(verdict(measured, "facts into nothing")).isEqualTo("not measured");

    measured.add(BenchScenario.FACTS, "HEAD~1", new FigureLine(FACTS, 5_000));
    assertThat(verdict(measured, "facts into nothing")).isEqualTo("PASS");
  }

  @Test
  void oneWrongRecordOfAnyScenarioFallsShort() {
    Measurements measured = new Measurements(List.of("this tree"));
    Figure wrong = Figure.cost(Targets.WRONG, "records");
    add(measured, BenchScenario.JOB, wrong, 0);
    assertThat(verdict(measured, "wrong records")).isEqualTo("PASS");

    add(measured, BenchScenario.FRESHNESS, wrong, 1);
    assertThat(verdict(measured, "wrong records")).isEqualTo("falls short");
  }

  @Test
  void everyTargetHasALineInTheTable() {
    List<Verdict> verdicts = Targets.verdicts(new Measurements(List.of("this tree")));

    assertThat(Targets.table(verdicts).lines()).hasSize(verdicts.size() + 1);
  }

  @Test
  void aChartHasABarForEachValueAndIsWellFormed() throws Exception {
    BarChart chart = new BarChart("records/s & more");
    chart.add("this <one>", Spread.of(List.of(1.0, 2.0, 4.0)), Spread.of(List.of(1.0)));
    chart.add("other", Spread.of(List.of(3.0)), null);

    Document svg = parse(chart.svg());

    assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(3);
    assertThat(svg.getElementsByTagName("line").getLength()).as("spreads").isEqualTo(1);
    assertThat(svg.getElementsByTagName("style").item(0).getTextContent())
        .contains("prefers-color-scheme: dark");
  }

  @Test
  void aChartOfNothingButZerosIsWellFormed() throws Exception {
    BarChart chart = new BarChart("records");
    chart.add("wrong", Spread.of(List.of(0.0)), null);

    assertThat(parse(chart.svg()).getElementsByTagName("rect").getLength()).isEqualTo(1);
  }

  @Test
  void thePageHasTablesVerdictsAndCharts() throws Exception {
    Measurements measured = new Measurements(List.of("this tree", "HEAD~1"));
    add(measured, BenchScenario.RESOLVE, LABELS, 24_000);
    add(measured, BenchScenario.RESOLVE, REMOVALS, 30_000);
    add(measured, BenchScenario.FACTS, FACTS, 30_000);
    measured.add(BenchScenario.FACTS, "HEAD~1", new FigureLine(FACTS, 5_000));
    Report report = new Report(measured, Targets.verdicts(measured), Map.of("cores", "2"), false);
    Page page = new Page(report);

    assertThat(page.markdown("benchmarks"))
        .contains("Each value was measured once.")
        .contains("| cores | 2 |")
        .contains("| facts into nothing, against the baseline | ≥ 5 times | 6 times | PASS |")
        .contains("| figure | median | least to most | unit | HEAD~1 | times better |")
        .contains("| facts into nothing | 30,000 |  | facts/s | 5,000 | 6.00 |")
        .contains("| label changes, RocksDB | 24,000 |  | changes/CPU s |")
        .contains("(benchmarks/resolve-changes-CPU-s.svg)");
    assertThat(page.charts()).containsOnlyKeys("resolve-changes-CPU-s.svg");
    for (String chart : page.charts().values()) {
      parse(chart);
    }
    assertThat(report.json()).contains("\"HEAD~1\" : [ 5000.0 ]").contains("\"cores\" : \"2\"");
  }

  @Test
  void thePageSaysWhatLimitsWhereATargetIsMissed() {
    assertThat(pageOf(3_000)).contains("- job ÷ ceiling: updates: Chroma's cost");
    assertThat(pageOf(30_000)).doesNotContain("What limits");
  }

  private static String pageOf(double updatesPerSecond) {
    Figure ratio = Figure.rate("updates, job ÷ plain client", "");
    Measurements measured = new Measurements(List.of("this tree"));
    add(measured, BenchScenario.JOB, ratio, updatesPerSecond / 10_000);
    return new Page(new Report(measured, Targets.verdicts(measured), Map.of(), false))
        .markdown("benchmarks");
  }

  private static String verdict(Measurements measured, String what) {
    return Targets.verdicts(measured).stream()
        .filter(verdict -> verdict.what().startsWith(what))
        .map(Verdict::verdict)
        .findFirst()
        .orElseThrow();
  }

  private static void add(
      Measurements measured, BenchScenario scenario, Figure figure, double value) {
    measured.add(scenario, "this tree", new FigureLine(figure, value));
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
