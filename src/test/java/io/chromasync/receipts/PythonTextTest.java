package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares with what Python itself wrote of every character (python/title.py), as far as both know
 * it.
 */
class PythonTextTest {

  /**
   * HANUNOO SIGN PAMUDPOD: a mark that takes no space up to Unicode 13, one that does from 14 on.
   */
  private static final List<String> MARK_NO_LONGER = List.of("1734");

  private static final Golden GOLDEN = Golden.read();

  @ParameterizedTest
  @CsvSource({
    "7-eleven, 7-Eleven",
    "joe's, Joe'S",
    "CVS pharmacy, Cvs Pharmacy",
    "GREEN GROCER #7, Green Grocer #7",
    "ßtraße, Sstraße",
    "ﬁsh & ﬂour, Fish & Flour",
    "ŉ, ʼN",
    "ΟΔΟΣ ΣΟΦΟΣ, Οδος Σοφος",
    "ΣΑΣ'Α, Σασ'Α",
    "ΑΣ.Α, Ασ.Α",
    "東京ramen東京, 東京Ramen東京",
    "ǆur ǆ, ǅur ǅ",
    "İSTANBUL, İstanbul",
    "aİ, Ai̇",
    "ᾳᾲ, ᾼᾲ",
    "ᾲ, Ὰͅ",
    "𐐨𐐨, 𐐀𐐨",
    "a1b2, A1B2"
  })
  void aTitleIsPythons(String text, String title) {
    assertThat(PythonText.title(text)).isEqualTo(title);
  }

  @Test
  void aLetterAloneBecomesPythonsTitleCase() {
    assertThat(differing(c -> PythonText.title(text(c)).equals(GOLDEN.title(c)))).isEmpty();
  }

  @Test
  void aLetterInsideAWordBecomesPythonsSmallLetter() {
    assertThat(differing(c -> PythonText.title("a" + text(c)).equals("A" + GOLDEN.small(c))))
        .isEmpty();
  }

  @Test
  void aWordGoesOnAfterThoseCharactersAfterWhichPythonsGoesOn() {
    assertThat(differing(c -> PythonText.title(text(c) + "a").endsWith("a") == GOLDEN.cased.get(c)))
        .isEmpty();
  }

  @Test
  void aSigmaThatMayBeFinalLooksPastTheCharactersThatPythonsLooksPast() {
    assertThat(differing(c -> looksPast(c) == GOLDEN.ignored.get(c))).isEqualTo(MARK_NO_LONGER);
  }

  @Test
  void theWhiteSpaceThatPythonStripsIsStripped() {
    assertThat(
            differing(
                c ->
                    PythonText.strip(text(c) + "x " + text(c))
                        .equals(GOLDEN.space.get(c) ? "x" : text(c) + "x " + text(c))))
        .isEmpty();
  }

  @Test
  void blankTextStripsToNothing() {
    assertThat(PythonText.strip(" \t\u00A0\n")).isEmpty();
  }

  private static boolean looksPast(int c) {
    String title = PythonText.title("\u0391\u03A3" + text(c) + "\u0391");
    return isCased(c)
        ? PythonText.title("1" + text(c) + "\u03A3").endsWith("\u03C3")
        : title.charAt(1) == '\u03C3';
  }

  private static boolean isCased(int c) {
    return PythonText.title(text(c) + "a").endsWith("a");
  }

  /** Characters that Python and Java know and that do not behave. */
  private static List<String> differing(IntPredicate same) {
    return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
        .filter(c -> Character.isDefined(c) && Character.getType(c) != Character.SURROGATE)
        .filter(c -> !same.test(c))
        .mapToObj("%x"::formatted)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static String text(int c) {
    return Character.toString(c);
  }

  /** What title.py wrote. */
  private record Golden(
      Map<Integer, String> titles,
      Map<Integer, String> smalls,
      BitSet cased,
      BitSet ignored,
      BitSet space) {

    static Golden read() {
      Golden golden =
          new Golden(new HashMap<>(), new HashMap<>(), new BitSet(), new BitSet(), new BitSet());
      lines().filter(line -> !line.startsWith("#")).forEach(line -> golden.add(line.split(" ")));
      assertThat(golden.titles).hasSizeGreaterThan(1_000);
      assertThat(golden.smalls).hasSizeGreaterThan(1_000);
      return golden;
    }

    String title(int c) {
      return titles.getOrDefault(c, text(c));
    }

    String small(int c) {
      return smalls.getOrDefault(c, text(c));
    }

    private void add(String[] line) {
      switch (line[0]) {
        case "title" -> titles.put(hex(line[1]), decoded(line[2]));
        case "small" -> smalls.put(hex(line[1]), decoded(line[2]));
        case "cased" -> set(cased, line[1]);
        case "ignored" -> set(ignored, line[1]);
        case "space" -> set(space, line[1]);
        default -> throw new IllegalArgumentException("title.txt has a line '" + line[0] + "'");
      }
    }

    private static void set(BitSet set, String range) {
      String[] ends = range.split("-", 2);
      set.set(hex(ends[0]), hex(ends[1]) + 1);
    }

    private static String decoded(String codes) {
      return Arrays.stream(codes.split("\\+"))
          .map(code -> text(hex(code)))
          .collect(Collectors.joining());
    }

    private static int hex(String code) {
      return Integer.parseInt(code, 16);
    }

    private static Stream<String> lines() {
      return Resources.read("/python/title.txt").lines();
    }
  }
}
