package io.chromasync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.ApplicationProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A CloudFormation template, as {@code src/test/npm/template.js} checks and renders it. */
record Template(Path file) {

  static final Template OURS = new Template(Path.of("deploy/chromasync.yaml"));

  /** The parameters of ours that have no default. */
  static final Map<String, String> LEAST =
      Map.of(
          "CodeBucket", "code",
          "CodeKey", "chromasync/a.jar",
          "SourceTable", "Receipts",
          "ChromaUrl", "https://chroma.internal:8000",
          "DeltaBucket", "deltas",
          "DeadLetterBucket", "letters");

  private static final Path TOOL = Path.of("src/test/npm/template.js");
  private static final ObjectMapper JSON = new ObjectMapper();

  record Result(int exitCode, String output) {}

  /** {@link #LEAST} and more. */
  static Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(LEAST);
    all.putAll(more);
    return all;
  }

  /** What AWS does not know of it; exit code 0 and nothing if there is nothing. */
  Result check() throws IOException, InterruptedException {
    return run("check");
  }

  /** Its resources, with all functions worked out. */
  JsonNode render(Map<String, String> parameters) throws IOException, InterruptedException {
    String[] words =
        parameters.entrySet().stream()
            .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
            .toArray(String[]::new);
    Result result = run("render", words);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return JSON.readTree(result.output());
  }

  /** The application properties that the job gets. */
  ApplicationProperties properties(Map<String, String> parameters)
      throws IOException, InterruptedException {
    JsonNode groups =
        render(parameters)
            .at(
                "/Application/Properties/ApplicationConfiguration/EnvironmentProperties/PropertyGroups");
    return ApplicationProperties.parse(groups.toString(), "the template");
  }

  private Result run(String command, String... parameters)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of("node", TOOL.toAbsolutePath().toString(), command));
    words.add(file.toAbsolutePath().toString());
    words.addAll(List.of(parameters));
    Process node =
        new ProcessBuilder(words)
            .directory(Path.of("target/servers/npm").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).as("node ends").isTrue();
    return new Result(node.exitValue(), output.strip());
  }
}
