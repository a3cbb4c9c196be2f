package io.chromasync.chroma.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.chroma.Settings;
import io.chromasync.chroma.delivery.RequestOutcome;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever a server answers, it is understood or refused with a sentence. */
class ChromaResponseLaws {

  private static final ChromaSettings SETTINGS = Settings.of(URI.create("http://chroma:8000"));
  private static final int LONGEST = 400;

  @Property
  void everyAnswerHasAMeaningAndAShortSentence(@ForAll("answers") ChromaResponse answer) {
    RequestOutcome outcome = RequestOutcome.of(answer);

    if (outcome.kind() == RequestOutcome.Kind.WRITTEN) {
      assertThat(answer.status()).isBetween(200, 299);
      assertThat(answer.contentType()).startsWith("application/json");
      assertThat(answer.body()).matches("(?s)\\s*(null|\\{.*\\})\\s*");
    }
    assertThat(answer.summary()).startsWith("HTTP " + answer.status()).hasSizeLessThan(LONGEST);
  }

  @Property
  void aServerIsReadyOrRefusedWithASentenceForGoodOrForNow(
      @ForAll("conversations") List<ChromaResponse> answers) {
    try {
      ServerProfile profile = Preflight.run(SETTINGS, new Scripted(answers));

      assertThat(profile.maxBatch()).isPositive();
      assertThat(profile.collections().values()).allMatch(id -> id.matches("[\\w-]+"));
    } catch (InvalidSettings refused) {
      assertThat(refused.problems()).isNotEmpty().allMatch(problem -> !problem.isBlank());
    } catch (Unready unready) {
      assertThat(unready.reasons()).isNotEmpty().allMatch(reason -> reason.contains("'chroma."));
    }
  }

  /** As many as a preflight needs, of which most are as they should be. */
  @Provide
  Arbitrary<List<ChromaResponse>> conversations() {
    return answers().list().ofSize(7);
  }

  @Provide
  Arbitrary<ChromaResponse> answers() {
    Arbitrary<String> sound =
        Arbitraries.of(
            "{\"nanosecond heartbeat\":1}",
            "{\"max_batch_size\":5461,\"supports_base64_encoding\":true,\"id\":\"a-b\"}",
            "{\"id\":\"0b7c-11\",\"name\":\"words\"}",
            "{\"id\":\"0b7c-12\",\"name\":\"lines\",\"dimension\":7}",
            "{\"id\":\"0b7c-13\",\"configuration_json\":{\"hnsw\":{\"space\":\"ip\"}}}",
            "{\"error\":\"E\",\"message\":\"no\"}");
    Arbitrary<String> odd =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(40),
            Arbitraries.of(
                "", "null", "[]", "[1", "{\"message\":7}", "{\"id\":{}}", "{\"id\":\"a b/../c\"}"),
            Arbitraries.integers().between(0, 3_000).map("["::repeat),
            sound.flatMap(ChromaResponseLaws::mutated));
    Arbitrary<Integer> statuses =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.just(200)),
            Tuple.of(1, Arbitraries.integers().between(100, 599)));
    Arbitrary<String> types =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.just("application/json")),
            Tuple.of(1, Arbitraries.of("text/html", "", "application/json; charset=")));
    return Combinators.combine(
            statuses, types, Arbitraries.frequencyOf(Tuple.of(4, sound), Tuple.of(1, odd)))
        .as((status, type, body) -> new ChromaResponse(status, type, body, Duration.ZERO));
  }

  private static Arbitrary<String> mutated(String body) {
    return Combinators.combine(
            Arbitraries.integers().between(0, body.length() - 1), Arbitraries.chars())
        .as((at, character) -> body.substring(0, at) + character + body.substring(at + 1));
  }

  /** A server that gives these answers, whatever it is asked. */
  private static final class Scripted implements Chroma {

    private final Queue<ChromaResponse> answers;

    private Scripted(List<ChromaResponse> answers) {
      this.answers = new ArrayDeque<>(answers);
    }

    @Override
    public CompletableFuture<ChromaResponse> get(String path) {
      return CompletableFuture.completedFuture(answers.remove());
    }

    @Override
    public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
      assertThat(URI.create("http://chroma:8000" + path).getPath()).isEqualTo(path);
      return get(path);
    }
  }
}
