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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/job} as a user has it: a process that is started, killed, stopped and restarted. */
final class JobRunnerIT {

  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private final List<JobProcess> started = new ArrayList<>();

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
    assertThat(again.output()).contains("starts from   file:");
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
    all.addAll(List.of("--state", folder.resolve("state").toString()));
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
    return JobState.in(folder.resolve("state")).latest();
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
