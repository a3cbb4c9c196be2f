package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The language of the documents and of the Javadoc: the field's words in short sentences. */
class WordsTest {

  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path MAIN = ROOT.resolve("src/main/java");

  /** Words of a sentence, a code span counting as one. */
  private static final int LONGEST = 30;

  /** Each stands for a word of the field that says the same. */
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b(anew|for ever|whosoever|nobody knows|bad moment|ghosts?|restatements?|restated"
              + "|told again|put again|spared|mend(?:s|ed|ing)?|stands still|made good"
              + "|in a row|one after the other|goes back from|owed)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern TYPE =
      Pattern.compile(
          "/\\*\\*([^*]*+(?:\\*(?!/)[^*]*+)*+)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*|//[^\n]*\\s*)*"
              + "(?:(?:public|final|abstract|sealed|static|private|protected) )*"
              + "(?:class|record|enum|interface|@interface) (\\w+)",
          Pattern.DOTALL);

  private static final Pattern QUESTION =
      Pattern.compile("^(?:What|How|Which|Where|Whether|When|Why|Who|Whose|Until)\\b.*");

  @Test
  void noTypeIsIntroducedByAQuestion() {
    assertThat(
            files(MAIN, ".java")
                .flatMap(file -> TYPE.matcher(read(file)).results())
                .filter(type -> QUESTION.matcher(firstLine(type)).matches())
                .map(type -> type.group(2) + ": " + firstLine(type)))
        .isEmpty();
  }

  @Test
  void documentsSpeakInShortSentences() {
    assertThat(
            documents()
                .flatMap(file -> sentences(file).map(text -> ROOT.relativize(file) + ": " + text))
                .filter(sentence -> sentence.split("\\s+").length > LONGEST + 1))
        .isEmpty();
  }

  @Test
  void documentsAndCommentsSpeakTheFieldsWords() {
    Stream<String> comments =
        files(MAIN, ".java")
            .flatMap(
                file ->
                    Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL)
                        .matcher(read(file))
                        .results()
                        .map(comment -> ROOT.relativize(file) + ": " + prose(oneLine(comment))));
    Stream<String> documents =
        documents().map(file -> ROOT.relativize(file) + ": " + prose(read(file)));
    assertThat(Stream.concat(comments, documents).flatMap(WordsTest::banned)).isEmpty();
  }

  @Test
  void theMapOfTheHouseStaysShort() {
    assertThat(read(ROOT.resolve("ARCHITECTURE.md")).lines().count()).isLessThanOrEqualTo(120);
  }

  private static Stream<String> banned(String text) {
    return BANNED
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(word -> text.substring(0, text.indexOf(':')) + " says '" + word + "'");
  }

  private static String firstLine(MatchResult type) {
    return oneLine(type).replaceAll("(?s)^/\\*\\*\\s*|<p>.*|\\*/.*", "").strip();
  }

  private static String oneLine(MatchResult comment) {
    return comment.group().replaceAll("\\s*\n\\s*\\*\\s?", " ");
  }

  /** Those of paragraphs and lists; code and tables have none. */
  private static Stream<String> sentences(Path document) {
    return Arrays.stream(prose(read(document)).split("\n\\s*\n|\n\\s*(?:[-*]|\\d+\\.) "))
        .map(paragraph -> paragraph.replaceAll("\\s+", " ").strip())
        .flatMap(paragraph -> Arrays.stream(paragraph.split("(?<=[.!?:;])\\)? ")));
  }

  /** Without code, tables, headings and the targets of links. */
  private static String prose(String text) {
    return text.replaceAll("(?s)```.*?```", "\n")
        .replaceAll("(?m)^ {4}.*$", "")
        .replaceAll("(?m)^\\s*\\|.*$", "")
        .replaceAll("(?m)^#.*$", "\n")
        .replaceAll("\\{@(?:code|link|linkplain)[^}]*\\}", "X")
        .replaceAll("`[^`]*`", "X")
        .replaceAll("\\]\\([^)]*\\)", "]");
  }

  /** All that are written by hand. */
  private static Stream<Path> documents() {
    return Stream.concat(list(ROOT), files(ROOT.resolve("docs"), ".md"))
        .filter(file -> file.toString().endsWith(".md"))
        .filter(file -> !file.endsWith("benchmarks.md"));
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> files(Path folder, String end) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.filter(file -> file.toString().endsWith(end)).toList();
      return all.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
