package io.chromasync.deploy;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.CheckedSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The deploy scripts, run against an {@code aws} on the path that writes down how it is called and
 * plays an application: its state is a file, which start and stop change.
 */
class DeployScriptsIT {

  private static final String AWS =
      """
      #!/usr/bin/env bash
      cd "$(dirname "$0")"
      echo "$*" >>calls
      case "$*" in
        *describe-application*) cat state ;;
        *start-application*) cat after-start >state ;;
        *stop-application*) echo READY >state ;;
        *"[0].SnapshotName"*) head -1 snapshots | cut -f1 ;;
        *list-application-snapshots*) cat snapshots ;;
      esac
      """;

  /** A command of a document: an indented line, and those that go on with it. */
  private static final Pattern DOCUMENTED =
      Pattern.compile("(?m)^ {4,7}((?:deploy/|cp deploy/|aws )(?:[^\n]*\\\\\n)*[^\n]*)$");

  @TempDir private Path folder;

  @BeforeEach
  void playAnApplication() throws IOException {
    Path aws = Files.writeString(folder.resolve("aws"), AWS);
    assertThat(aws.toFile().setExecutable(true)).isTrue();
    write("calls", "");
    write("state", "READY");
    write("after-start", "RUNNING");
    write("snapshots", "None");
    write("job.jar", "a jar");
    write("parameters", "# ours\nCodeBucket=code\nSourceTable=T\n\nChromaUrl=https://c?x=1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy.sh", "replay.sh"})
  void everyScriptParsesAndSaysWhatItIsFor(String script) throws Exception {
    assertThat(run("bash", "-n", "deploy/" + script).exitCode).isZero();

    Result help = run("deploy/" + script, "--help");

    assertThat(help.exitCode).isZero();
    assertThat(help.output).startsWith("Usage: deploy/" + script).doesNotContain("set -euo");
    assertThat(calls()).isEmpty();
  }

  @Test
  void aFirstDeploymentUploadsDeploysAndStartsWithoutState() throws Exception {
    Result result = deploy();

    assertThat(result.exitCode).as(result.output).isZero();
    assertThat(result.output).contains("chromasync is RUNNING");
    List<String> changes = changes();
    assertThat(changes).hasSize(3);
    assertThat(changes.get(0))
        .matches("s3 cp .*/job.jar s3://code/chromasync/job-[0-9a-f]{12}.jar");
    String key = changes.get(0).replaceAll(".*s3://code/", "");
    assertThat(changes.get(1))
        .contains("cloudformation deploy --stack-name chromasync", "CAPABILITY_IAM")
        .endsWith("CodeBucket=code SourceTable=T ChromaUrl=https://c?x=1 CodeKey=" + key);
    assertThat(changes.get(2)).contains("start-application", "SKIP_RESTORE_FROM_SNAPSHOT");
  }

  @Test
  void aStoppedApplicationGoesOnFromItsNewestSnapshot() throws Exception {
    write("snapshots", "monday");

    assertThat(deploy().exitCode).isZero();

    assertThat(changes().get(2))
        .contains("RESTORE_FROM_CUSTOM_SNAPSHOT", "\"SnapshotName\":\"monday\"")
        .contains("\"AllowNonRestoredState\":false");
  }

  @Test
  void oneThatRunsIsUpdatedByTheStack() throws Exception {
    write("state", "RUNNING");

    assertThat(deploy().exitCode).isZero();

    assertThat(changes()).noneMatch(call -> call.contains("start-application"));
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    Result result = deploy("--dry-run");

    assertThat(result.exitCode).isZero();
    assertThat(result.output).contains("would run: aws s3 cp", "would run: aws cloudformation");
    assertThat(changes()).isEmpty();
  }

  @Test
  void anApplicationThatDoesNotStartIsAnErrorThatNamesItsLog() throws Exception {
    write("after-start", "READY");

    Result result = deploy();

    assertThat(result.exitCode).isEqualTo(1);
    assertThat(result.output).contains("did not start", "/aws/managed-flink/chromasync");
  }

  @Test
  void whatCannotWorkIsSaidBeforeAnythingIsChanged() throws Exception {
    write("parameters", "CodeBucket\n");
    assertThat(deploy().output).contains("'CodeBucket' is no NAME=VALUE");
    write("parameters", "SourceTable=T\n");
    assertThat(deploy().output).contains("CodeBucket is needed");
    write("parameters", "CodeBucket=b\nCodeKey=k\n");
    assertThat(deploy().output).contains("CodeKey is not set there");
    assertThat(calls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deploy.sh | --parameters is needed",
        "deploy.sh --parameters | --parameters needs a value",
        "deploy.sh --parameters EMPTY | --parameters must not be empty",
        "deploy.sh --parameters a --parameters b | --parameters must be given once but was 'a' and",
        "deploy.sh --parameters docs | --parameters must be a file that can be read but was 'docs'",
        "deploy.sh --parameters README.md --jar none | --jar must be a file that can be read but was",
        "deploy.sh --parameter README.md | '--parameter' is unknown",
        "replay.sh --list | --application is needed",
        "replay.sh --application a | one of --list, --stop, --snapshot is needed",
        "replay.sh --application a --list --stop | --stop must not be given with --list",
        "replay.sh --application a --stop --snapshot b | --snapshot must not be given with --stop",
        "replay.sh --application a --stop --set A=b | --set must be given with --snapshot",
        "replay.sh --application a --snapshot b --set A | --set must be PARAMETER=VALUE but was 'A'",
        "replay.sh --application a --snapshot | --snapshot needs a value",
      })
  void c08WhatIsTypedWrongIsRefusedBeforeAnythingIsAsked(String typed, String sentence)
      throws Exception {
    String[] words =
        Arrays.stream(("deploy/" + typed).split(" ", -1))
            .map(word -> word.equals("EMPTY") ? "" : word)
            .toArray(String[]::new);

    Result result = run(words);

    assertThat(result.output).startsWith(sentence).endsWith("; see --help\n");
    assertThat(result.exitCode).isEqualTo(2);
    assertThat(calls()).isEmpty();
  }

  @Test
  void c04AJarAndParametersMayHaveAnyName() throws Exception {
    Path there = Files.createDirectories(folder.resolve("my files #1 50%20off ü"));
    Files.move(folder.resolve("job.jar"), there.resolve("job.jar"));
    Files.move(folder.resolve("parameters"), there.resolve("our parameters"));

    Result result =
        run(
            "deploy/deploy.sh",
            "--parameters",
            there.resolve("our parameters").toString(),
            "--jar",
            there.resolve("job.jar").toString());

    assertThat(result.exitCode).as(result.output).isZero();
    assertThat(changes().get(0)).startsWith("s3 cp --only-show-errors " + there + "/job.jar s3:");
  }

  @Test
  void aReplayStopsChangesAndStartsFromTheSnapshotThatIsNamed() throws Exception {
    write("state", "RUNNING");
    write("snapshots", "tuesday\tREADY\t2\nmonday\tREADY\t1");

    Result result = replay("--snapshot", "monday", "--yes", "--set", "SourceOnGap=skip");

    assertThat(result.exitCode).as(result.output).isZero();
    assertThat(changes())
        .satisfiesExactly(
            call -> assertThat(call).contains("stop-application --application-name receipts"),
            call ->
                assertThat(call)
                    .contains("cloudformation deploy --stack-name receipts")
                    .endsWith("--parameter-overrides SourceOnGap=skip"),
            call -> assertThat(call).contains("start-application", "\"SnapshotName\":\"monday\""));
  }

  @Test
  void aSnapshotThatIsNotThereStopsNothing() throws Exception {
    write("state", "RUNNING");
    write("snapshots", "tuesday\tREADY\t2\nmonday\tREADY\t1");

    Result result = replay("--snapshot", "mon", "--yes");

    assertThat(result.exitCode).isEqualTo(1);
    assertThat(result.output).contains("has no snapshot 'mon'");
    assertThat(changes()).isEmpty();
  }

  @Test
  void withoutAYesNothingIsChanged() throws Exception {
    write("state", "RUNNING");
    write("snapshots", "monday\tREADY\t1");

    assertThat(replay("--snapshot", "monday").output).contains("nothing was changed");
    assertThat(replay("--snapshot", "monday", "--dry-run").output).contains("would run: aws");
    assertThat(changes()).isEmpty();
  }

  @Test
  void stopOnlyStops() throws Exception {
    write("state", "RUNNING");

    assertThat(replay("--stop", "--yes").exitCode).isZero();

    assertThat(changes()).singleElement().asString().contains("stop-application");
  }

  /**
   * The commands of a document, in their order and as they stand there, with an {@code mvn} that
   * builds nothing. What they set must be parameters of the template, of which the job gets
   * settings that it takes.
   */
  @ParameterizedTest
  @CsvSource({
    "deploy.md, 15, 2",
    "replay.md, 6, 2",
    "backfill.md, 3, 3",
    "move-to-kinesis.md, 5, 2",
    "on-call.md, 1, 1",
  })
  void theCommandsOfADocumentWork(String document, int commands, int stacks) throws Exception {
    playARepository();
    write("state", "RUNNING");
    write("snapshots", "NAME\tREADY\t2\nmonday\tREADY\t1");
    String page = Files.readString(Path.of("docs/how-to", document));
    List<String> documented = DOCUMENTED.matcher(page).results().map(c -> c.group(1)).toList();
    assertThat(documented).hasSizeGreaterThanOrEqualTo(commands);

    for (String command : documented) {
      Result result = runIn(folder, "bash", "-euo", "pipefail", "-c", command);

      assertThat(result.exitCode).as(command + "\n" + result.output).isZero();
    }

    List<String> deployments =
        calls().stream().filter(call -> call.startsWith("cloudformation deploy")).toList();
    assertThat(deployments).hasSizeGreaterThanOrEqualTo(stacks);
    for (String deployment : deployments) {
      CheckedSettings.from(Template.OURS.properties(Template.with(overrides(deployment))));
    }
  }

  @Test
  void theParametersOfTheExampleAreWhatTheJobTakes() throws Exception {
    String example = Files.readString(Path.of("deploy/parameters.example"));
    String words = example.replaceAll("(?m)^#.*\n", "").replace('\n', ' ').strip();

    CheckedSettings settings =
        CheckedSettings.from(
            Template.OURS.properties(Template.with(overrides("--parameter-overrides " + words))));

    assertThat(settings.source().table()).isEqualTo("Receipts");
  }

  /** The scripts see a repository in the folder, where nothing needs to be built. */
  private void playARepository() throws IOException {
    Path deploy = Files.createDirectories(folder.resolve("deploy"));
    try (Stream<Path> files = Files.list(Path.of("deploy"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, deploy.resolve(file.getFileName()), COPY_ATTRIBUTES);
      }
    }
    Path mvn =
        Files.writeString(
            folder.resolve("mvn"),
            "#!/bin/sh\nmkdir -p target && echo a jar >target/chromasync-0.1.0.jar\n");
    assertThat(mvn.toFile().setExecutable(true)).isTrue();
  }

  private static Map<String, String> overrides(String deployment) {
    Map<String, String> overrides = new TreeMap<>();
    for (String word : deployment.split("--parameter-overrides ", -1)[1].split(" ", -1)) {
      String[] pair = word.split("=", 2);
      overrides.put(pair[0], pair[1]);
    }
    return overrides;
  }

  private Result deploy(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("deploy/deploy.sh"));
    words.addAll(List.of("--parameters", folder.resolve("parameters").toString()));
    words.addAll(List.of("--jar", folder.resolve("job.jar").toString()));
    words.addAll(Arrays.asList(more));
    return run(words.toArray(String[]::new));
  }

  private Result replay(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("deploy/replay.sh", "--application", "receipts"));
    words.addAll(Arrays.asList(more));
    return run(words.toArray(String[]::new));
  }

  private record Result(int exitCode, String output) {}

  private Result run(String... words) throws Exception {
    return runIn(Path.of("").toAbsolutePath(), words);
  }

  /** Asked whether to go on, the documents' reader says yes, and all others nothing. */
  private Result runIn(Path here, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.directory(here.toFile());
    builder.environment().merge("PATH", folder.toString(), (path, ours) -> ours + ":" + path);
    builder.environment().put("CHROMASYNC_POLL_SECONDS", "0");
    Process process = builder.start();
    try (OutputStream answer = process.getOutputStream()) {
      answer.write(here.equals(folder) ? "y\n".getBytes(StandardCharsets.UTF_8) : new byte[0]);
    } catch (IOException ended) {
      // It asked nothing.
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Result(process.exitValue(), output);
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  /** The calls that change something. */
  private List<String> changes() throws IOException {
    return calls().stream()
        .filter(
            call -> call.matches("s3 cp.*|cloudformation deploy.*|.*(start|stop)-application.*"))
        .toList();
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content + (content.isEmpty() ? "" : "\n"));
  }
}
