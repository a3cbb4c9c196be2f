package io.chromasync.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.bench.Scenario.Figure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchTest {

  @Test
  void figuresAreReadFromWhatProgramsPrint() {
    String facts =
        "50,000 facts of 200 images in 8.6 s: 5,814 facts/s; heap limit 512 MB, in use at the end 33"
            + " MB; last checkpoint 5,300,000 bytes, 106 a fact";

    assertThat(Scenario.FACTS.figures(facts))
        .isEqualTo(Map.of(Figure.FACTS_PER_SECOND, 5_814.0, Figure.BYTES_PER_FACT, 106.0));
    assertThat(Scenario.BACKLOG.figures("in Chroma after 12.5 s: 10 changes applied"))
        .isEqualTo(Map.of(Figure.BACKLOG_SECONDS, 12.5));
  }

  /** Before labels had a freshness of their own, the line had another word for it. */
  @Test
  void theLastLineOfProgressCounts() {
    String now = "… · labels p50 9.0 s p99 9.9 s · vectors p50 3.0 s p99 4.0 s\n";

    assertThat(Scenario.DEMO.figures(now + "… · labels p50 1.1 s p99 1.9 s · vectors p50 ? p99 ?"))
        .isEqualTo(Map.of(Figure.LABELS_P50, 1.1, Figure.LABELS_P99, 1.9));
    assertThat(Scenario.DEMO.figures("· fresh p50 17.9 s p99 21.0 s"))
        .isEqualTo(Map.of(Figure.LABELS_P50, 17.9, Figure.LABELS_P99, 21.0));
  }

  @Test
  void aFigureThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Scenario.BACKLOG.figures("all is well"))
        .hasMessage("backlog printed no 's until Chroma has the backlog'");
  }

  @Test
  void theTableSaysHowManyTimesBetterTheFirstIs() {
    Measurements measured = new Measurements(List.of("this tree", "HEAD~1"));
    for (double seconds : List.of(3.0, 1.0, 2.0)) {
      measured.add("this tree", Figure.BACKLOG_SECONDS, seconds);
      measured.add("HEAD~1", Figure.BACKLOG_SECONDS, seconds * 4);
    }
    measured.add("this tree", Figure.FACTS_PER_SECOND, 300);
    measured.add("HEAD~1", Figure.FACTS_PER_SECOND, 100);

    assertThat(measured.table().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "facts/s",
            "this tree 300.0 (300.0 to 300.0, once)",
            "HEAD~1 100.0 (100.0 to 100.0, once)",
            "times better 3.00",
            "s until Chroma has the backlog",
            "this tree 2.0 (1.0 to 3.0, 3 times)",
            "HEAD~1 8.0 (4.0 to 12.0, 3 times)",
            "times better 4.00");
    assertThat(measured.json()).contains("\"this tree\" : [ 3.0, 1.0, 2.0 ]");
  }

  @Test
  void aMedianOfAnEvenNumberLiesBetween() {
    assertThat(Measurements.median(List.of(1.0, 2.0, 4.0, 9.0))).isEqualTo(3.0);
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
