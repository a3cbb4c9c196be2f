package io.chromasync.delta.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.razorvine.pickle.Pickler;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelPickleTest {

  private static final byte[] SOUND =
      pickle(Map.of("id_to_label", Map.of("a", 1, "b", 2), "dimensionality", 4));

  @Test
  void idsAreFoundByLabel() throws IOException {
    assertThat(LabelPickle.parse(SOUND)).isEqualTo(Map.of(1L, "a", 2L, "b"));
  }

  @Test
  void whatWriteJsonIsRead() throws IOException {
    String written =
        "\u0080\3}(X\u000e\0\0\0dimensionalityNX\u0016\0\0\0total_elements_addedJ\1\0\0\0"
                .replace("\u0016", "\u0014")
            + "X\u000b\0\0\0id_to_label}(X\2\0\0\0r0J\1\0\0\0uu.";

    assertThat(LabelPickle.parse(written.getBytes(ISO_8859_1))).isEqualTo(Map.of(1L, "r0"));
  }

  /** As Python does: os.system("true"); a class; a reference; an object built of a state. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(S'true'\ntR.",
        "\u0080\2cchromadb.segment\nPersistentData\nq\0)\u0081q\1}q\2b.",
        "}q\0X\1\0\0\0ah\0s.",
        "(i__main__\nX\n.",
        "\u0080\4\u008c\2os\u008c\6system\u0093."
      })
  void nothingButPlainValuesIsRun(String pickle) {
    assertRefused(() -> LabelPickle.parse(pickle.getBytes(ISO_8859_1)), "is not allowed");
  }

  @Test
  void aTextThatClaimsMoreBytesThanThereAreIsRefusedBeforeRoomIsMade() {
    byte[] pickle = "X\u00ff\u00ff\u00ff\u007fa.".getBytes(ISO_8859_1);

    assertRefused(() -> LabelPickle.parse(pickle), "a string is truncated");
  }

  /** As a key, a value is hashed, and with it all that it holds. */
  @Test
  void keysThatAreNestedBeyondAllReasonAreRefused() {
    String deep = "]".repeat(200_000) + "a".repeat(199_999);
    byte[] pickle = ("\u0080\3}" + deep + "K\1s.").getBytes(ISO_8859_1);

    assertRefused(() -> LabelPickle.parse(pickle), "it is no plain pickle");
  }

  @Test
  void whatIsNoDictionaryOfLabelsIsRefused() {
    assertRefused(() -> LabelPickle.parse(pickle(List.of("a"))), "no dictionary");
    assertRefused(() -> LabelPickle.parse(pickle(Map.of("other", 1))), "no dictionary");
    assertRefused(() -> parseLabels(List.of()), "no dictionary");
    assertRefused(() -> parseLabels(Map.of("a", "1")), "integers");
    assertRefused(() -> parseLabels(Map.of("a", 1.5)), "integers");
    assertRefused(() -> parseLabels(Map.of(1, 1)), "integers");
    assertRefused(() -> parseLabels(Map.of("a", 1, "b", 1)), "the label 1 twice");
  }

  @Test
  void aPickleThatIsCutShortIsRefused() {
    for (int length = 0; length < SOUND.length; length++) {
      byte[] cut = Arrays.copyOf(SOUND, length);
      assertThatThrownBy(() -> LabelPickle.parse(cut))
          .as("the first %s bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void brokenBytesAreReadOrRefusedButNeverWorse() {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = SOUND.clone();
      broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      assertThatCode(() -> parseOrRefuse(broken)).as("-Dseed=%s", seed).doesNotThrowAnyException();
    }
  }

  private static void parseOrRefuse(byte[] pickle) {
    try {
      assertThat(LabelPickle.parse(pickle)).isNotNull();
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("(?s)(it is no|id_to_label) .*");
    }
  }

  private static void parseLabels(Object labels) throws IOException {
    LabelPickle.parse(pickle(Map.of("id_to_label", labels)));
  }

  private static void assertRefused(ThrowingCallable parse, String why) {
    assertThatThrownBy(parse).isInstanceOf(IOException.class).hasMessageContaining(why);
  }

  private static byte[] pickle(Object content) {
    try {
      return new Pickler(false).dumps(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
