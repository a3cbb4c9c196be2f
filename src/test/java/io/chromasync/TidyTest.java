package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The repository itself: what its documents say is there, and nothing unfinished is. */
class TidyTest {

  private static final Path ROOT = Path.of("").toAbsolutePath();

  /** Two humps or more in back-quotes: a class, of ours unless listed below. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)(?:\\.[a-z]\\w*(?:\\(\\))?)?`");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** Names of others that our documents mention. */
  private static final Set<String> FOREIGN =
      Set.of(
          "AgeOfOldestUnreplicatedRecord",
          "FailedToReplicateRecordCount",
          "DescribeTable",
          "DescribeStream",
          "GetRecords",
          "GetShardIterator",
          "MapState",
          "OutOfMemoryError");

  @Test
  void everyClassThatADocumentNamesExists() throws IOException {
    Set<String> ours = ourClasses();
    List<String> missing = new ArrayList<>();
    for (Path document : documents()) {
      Matcher names = CLASS_NAME.matcher(Files.readString(document));
      while (names.find()) {
        String name = names.group(1);
        if (!ours.contains(name) && !FOREIGN.contains(name) && !isOfTheTemplate(name)) {
          missing.add(ROOT.relativize(document) + " names " + name);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyLinkOfADocumentLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        String target = links.group(1).replaceFirst("#.*", "");
        boolean outside = target.startsWith("http") || target.isEmpty();
        if (!outside && !Files.exists(document.resolveSibling(target))) {
          broken.add(ROOT.relativize(document) + " links to " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theReadmeStaysShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")).size()).isLessThanOrEqualTo(120);
  }

  @Test
  void nothingIsLeftUnfinished() throws IOException {
    Pattern unfinished =
        Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b|@(?:Dis|En)" + "abled");
    assertThat(sources().filter(file -> unfinished.matcher(read(file)).find())).isEmpty();
  }

  /** An exception that is printed as such begins with the name of its class. */
  @Test
  void c10NoMessageNamesTheClassOfAnException() throws IOException {
    String thrown = "(?:e|ex|error|cause|failure|refused|broken)";
    Pattern printed =
        Pattern.compile(
            "\\.formatted\\((?:[^()]|\\([^()]*\\))*\\b"
                + thrown
                + "\\s*\\)"
                + "|\" \\+ "
                + thrown
                + "\\s*[);]");
    try (Stream<Path> main = sources()) {
      assertThat(
              main.filter(file -> file.startsWith(ROOT.resolve("src/main")))
                  .filter(file -> printed.matcher(read(file)).find()))
          .isEmpty();
    }
  }

  @Test
  void noFileNamesAPathOfAMachine() throws IOException {
    Pattern machine = Pattern.compile("(?<![\\w.])/(wo" + "rk|ro" + "ot|ho" + "me)/");
    try (Stream<Path> all = Stream.concat(sources(), documents().stream())) {
      assertThat(all.filter(file -> machine.matcher(read(file)).find())).isEmpty();
    }
  }

  /** Parameters, statements and actions are spelt like classes. */
  private static boolean isOfTheTemplate(String name) {
    String template = read(ROOT.resolve("deploy/chromasync.yaml"));
    return Pattern.compile("\\b" + name + "\\b").matcher(template).find();
  }

  private static Set<String> ourClasses() throws IOException {
    Pattern type = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    return sources()
        .filter(file -> file.toString().endsWith(".java"))
        .flatMap(file -> type.matcher(read(file)).results().map(match -> match.group(1)))
        .collect(Collectors.toSet());
  }

  private static Stream<Path> sources() throws IOException {
    return Stream.concat(files(ROOT.resolve("src")), files(ROOT.resolve("bin")));
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(top, files(ROOT.resolve("docs")))
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("node_modules"))
          .filter(file -> !file.toString().contains("/state/"))
          .toList()
          .stream();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
