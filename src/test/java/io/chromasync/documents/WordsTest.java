package io.chromasync.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The language of the documents and of the Javadoc: the field's words in short sentences. */
class WordsTest {

  /** Words of a sentence, a code span counting as one. */
  private static final int LONGEST = 30;

  /** Each stands for a word of the field that says the same. */
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b(anew|for ever|whosoever|nobody knows|bad moment|ghosts?|restatements?|restated"
              + "|told again|put again|spared|mend(?:s|ed|ing)?|stands still|made good"
              + "|in a row|one after the other|goes back from|owed)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Words that no identifier of the job contains, in camel case or in capitals. */
  private static final Set<String> BANNED_IN_IDENTIFIERS =
      Set.of("anew", "ghost", "horizon", "moment", "owed", "owes", "restated", "spared", "told");

  /** Spelt by AWS. */
  private static final Set<String> FOREIGN_IDENTIFIERS = Set.of("TRIM_HORIZON");

  private static final Pattern NO_CODE =
      Pattern.compile(
          "(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*+\""
              + "|'(?:\\\\.|[^'\\\\])'");

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z]\\w*");
  private static final Pattern PART = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");

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
            main()
                .flatMap(file -> TYPE.matcher(Repository.read(file)).results())
                .filter(type -> QUESTION.matcher(firstLine(type)).matches())
                .map(type -> type.group(2) + ": " + firstLine(type)))
        .isEmpty();
  }

  @Test
  void documentsSpeakInShortSentences() {
    assertThat(
            documents()
                .flatMap(file -> sentences(file).map(text -> Repository.name(file) + ": " + text))
                .filter(sentence -> sentence.split("\\s+").length > LONGEST + 1))
        .isEmpty();
  }

  @Test
  void documentsAndCommentsSpeakTheFieldsWords() {
    Stream<String> comments =
        main()
            .flatMap(
                file ->
                    Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL)
                        .matcher(Repository.read(file))
                        .results()
                        .map(comment -> Repository.name(file) + ": " + prose(oneLine(comment))));
    Stream<String> documents =
        documents().map(file -> Repository.name(file) + ": " + prose(Repository.read(file)));
    assertThat(Stream.concat(comments, documents).flatMap(WordsTest::banned)).isEmpty();
  }

  @Test
  void identifiersUseTheFieldsWords() {
    assertThat(
            main()
                .flatMap(
                    file ->
                        identifiers(file)
                            .filter(WordsTest::hasBannedPart)
                            .map(identifier -> Repository.name(file) + " has " + identifier)))
        .isEmpty();
  }

  private static Stream<String> identifiers(Path file) {
    String code = NO_CODE.matcher(Repository.read(file)).replaceAll(" ");
    return IDENTIFIER
        .matcher(code)
        .results()
        .map(MatchResult::group)
        .distinct()
        .filter(identifier -> !FOREIGN_IDENTIFIERS.contains(identifier));
  }

  private static boolean hasBannedPart(String identifier) {
    return PART.matcher(identifier)
        .results()
        .map(part -> part.group().toLowerCase(Locale.ROOT))
        .anyMatch(BANNED_IN_IDENTIFIERS::contains);
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
    return Arrays.stream(prose(Repository.read(document)).split("\n\\s*\n|\n\\s*(?:[-*]|\\d+\\.) "))
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
    return Repository.documents().filter(file -> !file.endsWith("benchmarks.md"));
  }

  private static Stream<Path> main() {
    return Repository.files("src/main/java").filter(file -> file.toString().endsWith(".java"));
  }
}
