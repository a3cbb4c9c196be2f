package io.chromasync.documents;

import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.ClusterRun;
import io.chromasync.JobCounters;
import io.chromasync.JobCounters.Own;
import io.chromasync.WholeJob;
import io.chromasync.deadletters.DeadLetterJson;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.testing.Items;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of docs/reference/metrics.md is what a running job registers, and the dashboards and
 * alarms ask for nothing else. {@code -Dupdate} writes the table anew; what it says of a metric
 * stays.
 */
class MetricsReferenceTest {

  private static final Path PAGE = Path.of("docs/reference/metrics.md");
  private static final Path GRAFANA = Path.of("deploy/grafana/dashboards/chromasync.json");
  private static final Path TEMPLATE = Path.of("deploy/chromasync.yaml");
  private static final String BEGIN = "<!-- written by MetricsReferenceTest -->";
  private static final String HEAD = "| step | metric | by | kind | |\n|---|---|---|---|---|\n";
  private static final Pattern ROW =
      Pattern.compile("\\| ([\\w-]+) \\| `(\\w+)` \\| (\\w*) \\| (counter|gauge) \\| (.*) \\|");
  private static final String UNEXPLAINED = "?";

  /** What Flink's Prometheus reporter puts before the names of Flink's own, and of ours. */
  private static final String OF_FLINK = "flink_jobmanager_job_";

  private static final String OF_TASKS = "flink_taskmanager_job_task_operator_kinesisanalytics_";

  private static final String OF_THE_ENUMERATOR =
      "flink_jobmanager_job_operator_coordinator_enumerator_kinesisanalytics_";

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  @TempDir private Path folder;

  @Test
  void thePageListsEveryMetricThatAJobRegisters(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    runOnce(cluster);
    Map<String, String> meanings = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(PAGE));
    while (rows.find()) {
      meanings.put(rows.group(1) + " " + rows.group(2), rows.group(5));
    }
    String page = Files.readString(PAGE);
    String expected = page.substring(0, page.indexOf(BEGIN)) + BEGIN + "\n\n" + table(meanings);
    if (System.getProperty("update") != null) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(expected);
    assertThat(meanings.values()).as("what a metric says").doesNotContain(UNEXPLAINED, "");
  }

  @Test
  void everyMetricOfTheGrafanaDashboardIsOnThePage() throws Exception {
    Set<String> asked = new TreeSet<>();
    for (JsonNode expression :
        new ObjectMapper().readTree(Files.readString(GRAFANA)).findValues("expr")) {
      Matcher names = Pattern.compile("flink_\\w+").matcher(expression.asText());
      while (names.find()) {
        asked.add(names.group());
      }
    }
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(asKnownToPrometheus()).containsAll(asked);
  }

  @Test
  void everyMetricOfAlarmsAndTheCloudWatchDashboardIsOnThePage() throws Exception {
    Matcher names =
        Pattern.compile("MetricName(?:: |=\\\\\")(\\w+)").matcher(Files.readString(TEMPLATE));
    Set<String> asked = new TreeSet<>();
    while (names.find()) {
      asked.add(names.group(1));
    }
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(onThePage()).containsAll(asked);
  }

  /** The names of all metrics of the page as Flink's Prometheus reporter writes them. */
  private static Set<String> asKnownToPrometheus() throws Exception {
    Set<String> names = new TreeSet<>();
    onThePage().forEach(name -> names.add(OF_FLINK + name));
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(
            row -> {
              String by = row.group(3).isEmpty() ? "" : row.group(3) + "_";
              names.add(OF_TASKS + by + row.group(2));
              if (row.group(1).equals("source")) {
                names.add(OF_THE_ENUMERATOR + by + row.group(2));
              }
            });
    return names;
  }

  /** Ours, and those of Flink that the page names before the table. */
  private static Set<String> onThePage() throws Exception {
    return Pattern.compile("`(\\w+)`")
        .matcher(Files.readString(PAGE))
        .results()
        .map(name -> name.group(1))
        .collect(Collectors.toSet());
  }

  private static String table(Map<String, String> meanings) {
    List<Own> all = new ArrayList<>(COUNTERS.own());
    assertThat(all).hasSizeGreaterThan(80);
    List<String> steps =
        List.of(
            "source",
            "redrive-dead-letters",
            "mapping",
            "redrive-mapping",
            "delta",
            "resolve",
            "bulk-write");
    all.sort(
        Comparator.<Own>comparingInt(own -> steps.indexOf(own.step())).thenComparing(Own::name));
    return HEAD
        + all.stream()
            .map(
                own ->
                    "| %s | `%s` | %s | %s | %s |\n"
                        .formatted(
                            own.step(),
                            own.name(),
                            own.labels(),
                            own.kind(),
                            meanings.getOrDefault(own.step() + " " + own.name(), UNEXPLAINED)))
            .distinct()
            .collect(Collectors.joining());
  }

  /** One change of each kind, so that also what is registered when it is first counted is. */
  private void runOnce(MiniCluster cluster) throws Exception {
    String image = UUID.randomUUID().toString();
    Path letters = folder.resolve("letters");
    Path redrive = Files.createDirectories(folder.resolve("letters-redrive"));
    DeadLetter letter =
        new DeadLetter(
            insert(Items.word(image, 1, 1, 1, "TEA"), at(1)), null, Reason.UNPARSABLE, "once");
    DeadLetter ignored =
        new DeadLetter(
            insert(Items.image(image).text("SK", "OTHER").text("TYPE", "OTHER"), at(2)),
            null,
            Reason.UNPARSABLE,
            "x");
    DeadLetter wrong =
        new DeadLetter(
            insert(Items.word(image, 1, 1, 3, "TEA").without("TYPE"), at(3)),
            null,
            Reason.UNPARSABLE,
            "x");
    Files.write(redrive.resolve("letters.jsonl"), lines(letter, ignored, wrong));
    Path requests = Files.createDirectories(folder.resolve("letters-snapshot"));
    Files.writeString(
        requests.resolve("requests.txt"), "#audited 0 0\n#query q a\n#orphan words a x\nIMAGE#x\n");
    try (WholeJob job = WholeJob.start(letters.toUri(), Map.of())) {
      job.stream.put(letter.change());
      job.stream.put(ignored.change());
      job.stream.put(wrong.change());
      ClusterRun run = ClusterRun.start(cluster, COUNTERS, null, job);
      run.awaitRead(6);
      run.await(() -> run.count("letters_unreadable") == 1);
      run.await(() -> run.count("requests_unreadable") == 1);
      run.stop(folder.resolve("savepoints").toUri().toString());
    }
  }

  private static byte[] lines(DeadLetter... letters) {
    java.io.ByteArrayOutputStream lines = new java.io.ByteArrayOutputStream();
    for (DeadLetter letter : letters) {
      lines.writeBytes(DeadLetterJson.encoded(letter));
    }
    lines.writeBytes("no letter\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return lines.toByteArray();
  }
}
