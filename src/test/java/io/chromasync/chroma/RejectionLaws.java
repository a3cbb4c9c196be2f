package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.delivery.DeliveryLimits;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.Mutation;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.WriteJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.api.connector.sink2.SinkWriter;

/** Of any request, exactly the records that Chroma does not take are dead letters. */
class RejectionLaws {

  private static final WindowSettings ONE_GROUP =
      new WindowSettings(Duration.ofMinutes(1), 1_000, 1L << 30);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 200)
  void theBadAreToldTheGoodAreWrittenAndFewRequestsDoIt(
      @ForAll @IntRange(min = 1, max = 400) int records,
      @ForAll @Size(max = 12) Set<@IntRange(min = 0, max = 399) Integer> chosen,
      @ForAll @IntRange(min = 0, max = 2) int verb)
      throws Exception {
    List<Mutation> mutations =
        IntStream.range(0, records).mapToObj(i -> mutation(verb, i)).toList();
    List<String> bad =
        chosen.stream().filter(i -> i < records).sorted().map(i -> word(i).id()).toList();
    SimulatedTask task = new SimulatedTask();
    SimulatedChroma chroma = new SimulatedChroma(task);
    chroma.refuse(
        body -> bad.stream().anyMatch(id -> body.contains("\"" + id + "\"")), Answers.chromas(422));
    ChromaWriter writer = writer(chroma, task);
    SinkWriter.Context unused = null;

    for (Mutation mutation : mutations) {
      writer.write(SinkInput.of(mutation), unused);
    }
    List<SinkCommittable> notices = List.copyOf(writer.prepareCommit());

    List<String> details =
        notices.stream()
            .flatMap(notice -> notice.letters().stream())
            .map(DeadLetter::detail)
            .toList();
    assertThat(details).hasSameSizeAs(bad);
    assertThat(bad)
        .allSatisfy(id -> assertThat(details).anyMatch(detail -> detail.contains("'" + id + "'")));
    ChromaModel expected = all();
    mutations.stream()
        .filter(mutation -> !bad.contains(mutation.record().id()))
        .forEach(expected::apply);
    assertThat(held(chroma)).isEqualTo(expected.records());
    assertThat(chroma.exchanges().size())
        .isLessThanOrEqualTo(
            2 * bad.size() * logarithm(records) + 1 + records / DeliveryLimits.FIRST_VECTORS);
    assertThat(chroma.mostInFlight()).isEqualTo(1);
  }

  private static Mutation mutation(int verb, int word) {
    return switch (verb) {
      case 0 -> delete(word);
      case 1 -> update(word, "a", word);
      default -> upsert(word, word);
    };
  }

  /** Every record is there before. */
  private static ChromaModel all() {
    ChromaModel model = new ChromaModel();
    IntStream.range(0, 400).forEach(word -> model.apply(upsert(word, -1)));
    return model;
  }

  /** What the requests made that were not refused. */
  private static Map<String, ChromaModel.Stored> held(SimulatedChroma chroma) {
    ChromaModel model = all();
    chroma.exchanges().stream()
        .filter(exchange -> exchange.answer().join().equals(Answers.OK))
        .forEach(
            exchange -> {
              try {
                WriteJson.apply(
                    model, exchange.path().replaceAll(".*/", ""), JSON.readTree(exchange.body()));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return model.records();
  }

  private static int logarithm(int number) {
    return number == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(number - 1);
  }

  private static ChromaWriter writer(SimulatedChroma chroma, SimulatedTask task) {
    ServerProfile profile =
        new ServerProfile(
            true,
            true,
            5_461,
            Map.of(ReceiptTree.WORDS, "w-id", ReceiptTree.LINES, "l-id"),
            "m-id",
            "f-id");
    return new ChromaWriter(
        new ChromaTarget(
            chroma, new ReceiptTree(), Settings.of(URI.create("http://chroma:8000")), profile),
        ONE_GROUP,
        new Random(7),
        task,
        (metrics, freshUpTo) -> new NoGuard());
  }
}
