package io.chromasync.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchTest {

  private static final Figure UPDATES = Figure.rate("update of 5 keys", "records/s");
  private static final Figure BACKLOG = PrintedFigure.BACKLOG_SECONDS.figure();
  private static final Figure FACTS = PrintedFigure.FACTS_PER_SECOND.figure();

  @Test
  void figuresOfOldProgramsAreReadFromSentences() {
    String facts =
        "50,000 facts of 200 images in 8.6 s: 5,814 facts/s; heap limit 512 MB, in use at the end 33"
            + " MB; last checkpoint 5,300,000 bytes, 106 a fact";

    assertThat(BenchScenario.FACTS.figures(facts))
        .containsExactly(
            new FigureLine(FACTS, 5_814),
            new FigureLine(PrintedFigure.BYTES_PER_FACT.figure(), 106));
    assertThat(BenchScenario.BACKLOG.figures("in Chroma after 12.5 s: 10 changes applied"))
        .containsExactly(new FigureLine(BACKLOG, 12.5));
  }

  /** Before labels had a freshness of their own, the line had another word for it. */
  @Test
  void theLastLineOfProgressCounts() {
    String now = "… · labels p50 9.0 s p99 9.9 s · vectors p50 3.0 s p99 4.0 s\n";

    assertThat(
            BenchScenario.DEMO.figures(
                now + "… · labels p50 1.1 s p99 1.9 s · vectors p50 ? p99 ?"))
        .extracting(FigureLine::value)
        .containsExactly(1.1, 1.9);
    assertThat(BenchScenario.DEMO.figures("· fresh p50 17.9 s p99 21.0 s"))
        .extracting(FigureLine::value)
        .containsExactly(17.9, 21.0);
  }

  @Test
  void aFigureIsReadAsItWasPrinted() {
    FigureLine line = new FigureLine(Figure.cost("upsert ÷ update, p99", "us a change"), 0.125);
    String printed = "· a step\n" + line.text() + "\nsomething else\n";

    assertThat(BenchScenario.CEILING.figures(printed)).containsExactly(line);
    assertThat(printed.lines().filter(FigureLine::isShown)).hasSize(2);
  }

  @Test
  void aFigureThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> BenchScenario.BACKLOG.figures("all is well"))
        .hasMessage("nothing printed is 'until Chroma has the backlog' in s");
    assertThatThrownBy(() -> BenchScenario.CEILING.figures("all is well"))
        .hasMessage("ceiling printed no figure");
  }

  @Test
  void onlyProgramsWithSentencesAreInOlderCommits() {
    assertThat(BenchScenario.values())
        .filteredOn(BenchScenario::isInOlderCommits)
        .containsExactly(BenchScenario.FACTS, BenchScenario.BACKLOG, BenchScenario.DEMO);
  }

  @Test
  void theTableSaysHowManyTimesBetterTheFirstIs() {
    Measurements measured = new Measurements(List.of("this tree", "HEAD~1"));
    for (double seconds : List.of(3.0, 1.0, 2.0)) {
      measured.add(BenchScenario.BACKLOG, "this tree", new FigureLine(BACKLOG, seconds));
      measured.add(BenchScenario.BACKLOG, "HEAD~1", new FigureLine(BACKLOG, seconds * 4));
    }
    measured.add(BenchScenario.FACTS, "this tree", new FigureLine(FACTS, 300));
    measured.add(BenchScenario.FACTS, "HEAD~1", new FigureLine(FACTS, 100));

    assertThat(measured.table().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "facts",
            "facts into nothing, this tree 300.00 facts/s (300.00 to 300.00, once)",
            "facts into nothing, HEAD~1 100.00 facts/s (100.00 to 100.00, once)",
            "3.00 times better",
            "backlog",
            "until Chroma has the backlog, this tree 2.00 s (1.00 to 3.00, 3 times)",
            "until Chroma has the backlog, HEAD~1 8.00 s (4.00 to 12.00, 3 times)",
            "4.00 times better");
  }

  @Test
  void aMedianOfAnEvenNumberLiesBetween() {
    Spread spread = Spread.of(List.of(4.0, 1.0, 9.0, 2.0));

    assertThat(spread.median()).isEqualTo(3.0);
    assertThat(spread.least()).isEqualTo(1.0);
    assertThat(spread.most()).isEqualTo(9.0);
  }

  @Test
  void whatWasNotMeasuredHasNoMedian() {
    Measurements measured = new Measurements(List.of("this tree"));
    measured.add(BenchScenario.CEILING, "this tree", new FigureLine(UPDATES, 4_500));

    assertThat(measured.median(BenchScenario.CEILING, "update of 5 keys")).isEqualTo(4_500);
    assertThat(measured.median(BenchScenario.CEILING, "update of 1 key")).isNaN();
    assertThat(measured.median(BenchScenario.JOB, "update of 5 keys")).isNaN();
    assertThat(measured.timesBetter(BenchScenario.CEILING, UPDATES)).isNaN();
  }

  /** The documents of the old system say 7 hours and $20, and some minutes and $0.40. */
  @Test
  void theOldCycleAsItWasNoted() {
    OldCycle fifo = new OldCycle(2_000, 200, 1);
    OldCycle standard = new OldCycle(10_000, 20, 2);

    assertThat(fifo.hours()).isCloseTo(6.94, within(0.01));
    assertThat(fifo.dollars()).isCloseTo(20, within(0.001));
    assertThat(standard.hours() * 60).isCloseTo(4.17, within(0.01));
    assertThat(standard.dollars()).isCloseTo(0.40, within(0.001));
  }

  @Test
  void whatIsTypedWrongIsRefused() {
    assertThat(refusal("--rounds", "0")).contains("--rounds must be at least 1 but was '0'");
    assertThat(refusal("speed")).contains("speed");
  }

  private static String refusal(String... args) {
    StringWriter err = new StringWriter();
    CommandLine line = Bench.commandLine().setErr(new PrintWriter(err, true));

    assertThat(line.execute(args)).isEqualTo(2);
    return err.toString();
  }
}
