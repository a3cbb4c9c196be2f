package io.chromasync.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The repository itself: what its documents say is there, and nothing unfinished is. */
class TidyTest {

  /** In lines of code. */
  private static final int LONGEST_CLASS = 200;

  /** Two humps or more in back-quotes: a class, of ours unless listed below. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)(?:\\.[a-z]\\w*(?:\\(\\))?)?`");

  /** Number of identical consecutive lines from which code counts as repeated. */
  private static final int RUN = 11;

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
  void everyClassThatADocumentNamesExists() {
    Set<String> ours = ourClasses();
    List<String> missing = new ArrayList<>();
    for (Path document : Repository.documents().toList()) {
      Matcher names = CLASS_NAME.matcher(Repository.read(document));
      while (names.find()) {
        String name = names.group(1);
        if (!ours.contains(name) && !FOREIGN.contains(name) && !isOfTheTemplate(name)) {
          missing.add(Repository.name(document) + " names " + name);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyLinkOfADocumentLeadsSomewhere() {
    List<String> broken = new ArrayList<>();
    for (Path document : Repository.documents().toList()) {
      Matcher links = LINK.matcher(Repository.read(document));
      while (links.find()) {
        String target = links.group(1).replaceFirst("#.*", "");
        boolean outside = target.startsWith("http") || target.isEmpty();
        if (!outside && !Files.exists(document.resolveSibling(target))) {
          broken.add(Repository.name(document) + " links to " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theReadmeStaysShort() {
    assertThat(lines("README.md")).isLessThanOrEqualTo(120);
  }

  @Test
  void theMapOfTheHouseStaysShort() {
    assertThat(lines("ARCHITECTURE.md")).isLessThanOrEqualTo(120);
  }

  /** Nested types are part of their class. Comments, imports and blank lines do not count. */
  @Test
  void noClassIsLong() {
    assertThat(
            Repository.files("src/main/java")
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> codeLines(file) > LONGEST_CLASS)
                .map(file -> Repository.name(file) + ": " + codeLines(file)))
        .isEmpty();
  }

  private static long codeLines(Path file) {
    return Repository.read(file)
        .replaceAll("(?s)/\\*.*?\\*/", "")
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("//"))
        .filter(line -> !line.startsWith("import ") && !line.startsWith("package "))
        .count();
  }

  @Test
  void everyClassBesideTheJobHasANameOfItsOwn() {
    Map<String, Long> files =
        Stream.concat(Repository.files("src/test/java"), Repository.files("src/local/java"))
            .map(file -> file.getFileName().toString())
            .filter(name -> !name.equals("package-info.java"))
            .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));

    assertThat(files).allSatisfy((name, times) -> assertThat(times).as(name).isOne());
  }

  private static long lines(String file) {
    return Repository.read(Repository.ROOT.resolve(file)).lines().count();
  }

  @Test
  void nothingIsLeftUnfinished() {
    Pattern unfinished =
        Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b|@(?:Dis|En)" + "abled");
    assertThat(
            Repository.sources().filter(file -> unfinished.matcher(Repository.read(file)).find()))
        .isEmpty();
  }

  @Test
  void noCodeIsRepeated() {
    Map<List<String>, String> runs = new HashMap<>();
    List<String> repeated = new ArrayList<>();
    Repository.files("src/main/java")
        .sorted()
        .forEach(
            file -> {
              List<String> code = code(Repository.read(file));
              for (int end = RUN; end <= code.size(); end++) {
                String place = Repository.name(file) + " before '" + code.get(end - 1) + "'";
                String first = runs.putIfAbsent(code.subList(end - RUN, end), place);
                if (first != null) {
                  repeated.add(first + " and " + place);
                }
              }
            });
    assertThat(repeated).isEmpty();
  }

  /** Lines of code with normalized space, without comments and imports. */
  private static List<String> code(String source) {
    return source
        .replaceAll("(?s)/\\*.*?\\*/", "")
        .lines()
        .map(line -> line.replaceAll("(^|\\s)//.*", "").replaceAll("\\s+", " ").strip())
        .filter(line -> !line.isEmpty() && !line.matches("(import|package) .*"))
        .toList();
  }

  /** An exception that is printed as such begins with the name of its class. */
  @Test
  void c10NoMessageNamesTheClassOfAnException() {
    String thrown = "(?:e|ex|error|cause|failure|refused|broken)";
    Pattern printed =
        Pattern.compile(
            "\\.formatted\\((?:[^()]|\\([^()]*\\))*\\b"
                + thrown
                + "\\s*\\)"
                + "|\" \\+ "
                + thrown
                + "\\s*[);]");
    assertThat(
            Repository.files("src/main")
                .filter(file -> printed.matcher(Repository.read(file)).find()))
        .isEmpty();
  }

  @Test
  void noFileNamesAPathOfAMachine() {
    Pattern machine = Pattern.compile("(?<![\\w.])/(wo" + "rk|ro" + "ot|ho" + "me)/");
    assertThat(
            Stream.concat(Repository.sources(), Repository.documents())
                .filter(file -> machine.matcher(Repository.read(file)).find()))
        .isEmpty();
  }

  /** Parameters, statements and actions are spelt like classes. */
  private static boolean isOfTheTemplate(String name) {
    String template = Repository.read(Repository.ROOT.resolve("deploy/chromasync.yaml"));
    return Pattern.compile("\\b" + name + "\\b").matcher(template).find();
  }

  private static Set<String> ourClasses() {
    Pattern type = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    return Repository.sources()
        .filter(file -> file.toString().endsWith(".java"))
        .flatMap(file -> type.matcher(Repository.read(file)).results().map(match -> match.group(1)))
        .collect(Collectors.toSet());
  }
}
