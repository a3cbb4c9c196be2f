package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The commands of a document, run as they stand there, so that it cannot rot: its blocks of {@code
 * sh}, section by section, in a folder where {@code bin/…} are those of this repository.
 */
final class DocumentedCommands {

  private static final Path BIN = Path.of("bin").toAbsolutePath();
  private static final List<String> SCRIPTS =
      List.of("audit", "cluster", "explain", "fork", "promote", "snapshot", "wait");

  private final String document;
  private final Path folder;
  private final Map<String, String> environment;

  DocumentedCommands(Path document, Path folder, Map<String, String> environment)
      throws IOException {
    this.document = Files.readString(document);
    this.folder = folder;
    this.environment = environment;
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String script : SCRIPTS) {
      Path file = bin.resolve(script);
      Files.writeString(file, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(BIN.resolve(script)));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
  }

  /** Runs the commands of a section; what they print. Each must succeed. */
  String run(String heading) throws IOException, InterruptedException {
    return run(heading, "");
  }

  /**
   * As the other.
   *
   * @param variables assignments of variables that the commands use
   */
  String run(String heading, String variables) throws IOException, InterruptedException {
    List<String> blocks = blocks(heading, "sh");
    assertThat(blocks).as("commands under '%s'", heading).isNotEmpty();
    StringBuilder printed = new StringBuilder();
    for (String block : blocks) {
      printed.append(shell(variables + "\n" + block));
    }
    return printed.toString();
  }

  /** Runs commands that the document does not have. */
  String shell(String commands) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "commands", ".out");
    ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands);
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    // Maven has built all of it, and must not be started within itself.
    builder.environment().put("CHROMASYNC_BUILT", "yes");
    // Other tests start clusters in the same moment, and would find the same port free.
    builder.environment().put("CHROMASYNC_UI_PORT", "0");
    int exit = builder.start().waitFor();
    String printed = Files.readString(output);
    System.out.println(commands + printed);
    assertThat(exit).as(commands + printed).isZero();
    return printed;
  }

  /** The settings that a section shows. */
  JsonNode settings(String heading) throws IOException {
    return JsonHttp.JSON.readTree(blocks(heading, "json").get(0));
  }

  /** All settings that the document shows, in their order. */
  List<JsonNode> allSettings() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String block : blocksOf(document, "json")) {
      all.add(JsonHttp.JSON.readTree(block));
    }
    return all;
  }

  private List<String> blocks(String heading, String language) {
    String section = document.split("(?m)^## " + Pattern.quote(heading) + "$", -1)[1];
    return blocksOf(section.split("(?m)^## ", -1)[0], language);
  }

  private static List<String> blocksOf(String text, String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
