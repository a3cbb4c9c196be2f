package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chromasync.config.InvalidSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/job} as a user has it: a process that is started, killed, stopped and restarted. */
final class JobRunnerIT {

  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private final List<JobProcess> started = new ArrayList<>();
  private Path state;

  @BeforeEach
  void nameState() {
    state = folder.resolve("state");
  }

  @AfterEach
  void endWhatStillRuns() {
    started.forEach(JobProcess::close);
  }

  @Test
  void aKilledJobContinuesFromItsLatestCheckpoint() throws Exception {
    // Given
    JobProcess killed = count("first");
    await().atMost(LONG).until(() -> latest().isPresent());

    // When
    killed.kill();
    JobProcess again = count("second", "--from", "latest");

    // Then
    await().atMost(LONG).until(() -> !numbers("second").isEmpty());
    assertThat(again.output()).contains("starts from   " + state);
    assertThat(numbers("second").get(0)[0]).isPositive();
    assertThat(numbers("second")).allSatisfy(line -> assertThat(line[1]).isEqualTo(line[0] + 1));
  }

  @Test
  void sigtermPrintsASavepointFromWhichTheJobContinuesWithTheNextNumber() throws Exception {
    // Given
    JobProcess job = count("first");
    await().atMost(LONG).until(() -> numbers("first").size() > 10);

    // When
    int exit = job.stop();
    Matcher savepoint = Pattern.compile("(?m)^savepoint +(\\S+)").matcher(job.output());

    // Then
    assertThat(exit).as(job.output()).isZero();
    assertThat(savepoint.find()).as(job.output()).isTrue();
    count("second", "--from", savepoint.group(1));
    await().atMost(LONG).until(() -> !numbers("second").isEmpty());
    List<long[]> first = numbers("first");
    assertThat(numbers("second").get(0)[0]).isEqualTo(first.get(first.size() - 1)[0] + 1);
    assertThat(numbers("second")).allSatisfy(line -> assertThat(line[1]).isEqualTo(line[0] + 1));
  }

  @Test
  void aJobThatFailsForGoodEndsWithItsReasonInOneSentence() throws Exception {
    // Given
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), "restart-strategy.type: none\n");
    Path config = config("first", "7");

    // When
    JobProcess job =
        start(
            "--main",
            CountingJob.class.getName(),
            "--config",
            config.toString(),
            "--conf",
            conf.toString());

    // Then
    assertThat(job.await()).isEqualTo(1);
    assertThat(job.output())
        .contains("The job failed: ")
        .contains("number must be below 7 but was 7")
        .doesNotContain("\tat ");
  }

  @Test
  void settingsThatAreRefusedAreNamedWithoutAStackTrace() throws Exception {
    // When
    JobProcess job =
        start("--main", RefusingJob.class.getName(), "--config", config("first").toString());

    // Then
    assertThat(job.await()).isEqualTo(2);
    assertThat(job.output())
        .contains(RefusingJob.PROBLEMS.get(0) + "\n" + RefusingJob.PROBLEMS.get(1) + "\n")
        .doesNotContain("InvalidSettings");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"my state #1 50%20off ü:~?", "links/../b+c"})
  void c04TheFolderThatIsNamedIsTheOneThatIsUsedAndPrinted(String name) throws Exception {
    // Given
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/below"));
    Files.createSymbolicLink(folder.resolve("links"), elsewhere);
    state = folder.resolve(name);
    JobProcess killed = count("first");
    await().atMost(LONG).until(() -> latest().isPresent());

    // When
    killed.kill();
    JobProcess again = count("second", "--from", "latest");

    // Then
    await().atMost(LONG).until(() -> !numbers("second").isEmpty());
    Path shown = name.contains("..") ? state.toRealPath() : state;
    assertThat(again.output())
        .contains("checkpoints   " + shown + "/checkpoints\n")
        .contains("starts from   " + shown + "/checkpoints/");
    assertThat(numbers("second").get(0)[0]).isPositive();

    // When
    assertThat(again.stop()).as(again.output()).isZero();
    Matcher savepoint = Pattern.compile("(?m)^savepoint +(.+)$").matcher(again.output());

    // Then
    assertThat(savepoint.find()).as(again.output()).isTrue();
    assertThat(JobState.in(shown).latest()).contains(Path.of(savepoint.group(1)));
    JobProcess third = count("third", "--from", savepoint.group(1));
    await().atMost(LONG).until(() -> !numbers("third").isEmpty());
    assertThat(third.output()).contains("starts from   " + savepoint.group(1));
  }

  @Test
  void c05AStateFolderIsOfOneProcessUntilItEndsHoweverItEnds() throws Exception {
    // Given
    JobProcess first = count("first");
    await().atMost(LONG).until(() -> latest().isPresent());

    // When
    JobProcess second = count("second");

    // Then
    assertThat(second.await()).isEqualTo(2);
    assertThat(printed(second))
        .matches(
            "--state must not be in use, but process %s has had it since \\S+Z: '.*'\n"
                .formatted(first.pid()));
    assertThat(numbers("second")).isEmpty();

    // When
    first.kill();
    count("third", "--from", "latest");

    // Then
    await().atMost(LONG).until(() -> !numbers("third").isEmpty());
  }

  @Test
  void c09ANormalStartAndStopPrintsNothingThatLooksLikeAFailure() throws Exception {
    // Given
    JobProcess job = count("first");
    await().atMost(LONG).until(() -> latest().isPresent());

    // When
    int exit = job.stop();

    // Then
    assertThat(exit).isZero();
    assertThat(printed(job).lines())
        .allMatch(
            line -> line.matches("[a-z]+( [A-Za-z]+)? {2,}\\S.*|Ctrl-C stops .*|Stopping .*"));
  }

  @Test
  void c09AFolderInS3PrintsNoPageOfItsSdk() throws Exception {
    // Given
    String settings =
        "[{'PropertyGroupId': 'dead-letters', 'PropertyMap': {'uri': 's3://bucket/letters'}}]";
    Path config = folder.resolve("settings.json");
    Files.writeString(config, settings.replace('\'', '"'));

    // When
    JobProcess job = start("--config", config.toString());

    // Then
    assertThat(job.await()).isEqualTo(2);
    assertThat(printed(job).lines())
        .allMatch(line -> line.matches("[a-z]+( [A-Za-z]+)? {2,}\\S.*|Ctrl-C .*|Property .*"))
        .noneMatch(line -> line.contains("'uri'"));
  }

  @Test
  void latestWithoutAnyCheckpointIsRefused() throws Exception {
    // When
    JobProcess job = count("first", "--from", "latest");

    // Then
    assertThat(job.await()).isEqualTo(2);
    assertThat(job.output())
        .contains("--from found no complete checkpoint below")
        .contains("but was 'latest'");
  }

  /** A main that finds fault with its settings. */
  static final class RefusingJob {
    static final List<String> PROBLEMS =
        List.of("Property 'url' in group 'chroma' is required", "Group 'x' is unknown");

    private RefusingJob() {}

    public static void main(String[] args) {
      if (args.length > 0) {
        throw new InvalidSettings(PROBLEMS);
      }
    }
  }

  /** What it printed, without what the JVM says of a variable that the build sets. */
  private static String printed(JobProcess job) {
    return job.output().replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS.*\\n", "");
  }

  private JobProcess count(String output, String... options) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--main",
                CountingJob.class.getName(),
                "--config",
                config(output).toString(),
                "--parallelism",
                "1"));
    all.addAll(List.of(options));
    return start(all.toArray(String[]::new));
  }

  private JobProcess start(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--state", state.toString()));
    Path output = folder.resolve("job-" + started.size() + ".out");
    JobProcess job = JobProcess.start(all, Map.of(), output);
    started.add(job);
    return job;
  }

  private Path config(String output, String... more) throws IOException {
    String text = folder.resolve(output) + "\n" + String.join("\n", more);
    return Files.writeString(folder.resolve(output + ".config"), text.strip());
  }

  private Optional<Path> latest() throws IOException {
    return JobState.in(state).latest();
  }

  /** The complete lines of an output: number and count. */
  private List<long[]> numbers(String output) {
    Path file = folder.resolve(output);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String text = Files.readString(file);
      return Stream.of(text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1))
          .filter(line -> !line.isEmpty())
          .map(line -> Stream.of(line.split(" ", -1)).mapToLong(Long::parseLong).toArray())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
