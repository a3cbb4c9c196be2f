package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Collection;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.Notice;
import io.chromasync.testing.ChromaModel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.api.connector.sink2.SinkWriter;

/** Histories through the writer into a server that goes wrong in every way. */
class StormLaws {

  private static final int REQUEST_TIMEOUT = 3_000;
  private static final int SETTLE = 2_000;
  private static final int LATEST = SETTLE - 100;

  /** How a history ended. */
  private record End(StormyChroma chroma, List<Mutation> mutations, List<DeadLetter> letters) {

    private Map<String, ChromaModel.Stored> expected() {
      ChromaModel model = new ChromaModel();
      mutations.stream().filter(mutation -> !isPoisonous(mutation)).forEach(model::apply);
      return model.records();
    }

    private boolean isRight() {
      return chroma.wentBack().isEmpty() && chroma.records().equals(expected());
    }
  }

  @Property(tries = 100)
  void everyRecordEndsAsInAPlainFoldAndNoneEverGoesBack(@ForAll long seed) throws Exception {
    End end = run(seed, SETTLE);

    assertThat(end.chroma.wentBack()).isEmpty();
    assertThat(end.chroma.records()).isEqualTo(end.expected());
  }

  @Property(tries = 30)
  void whatIsRefusedIsToldOnceAndNothingElseIs(@ForAll long seed) throws Exception {
    End end = run(seed, SETTLE);

    assertThat(end.letters)
        .hasSize((int) end.mutations.stream().filter(StormLaws::isPoisonous).count())
        .allMatch(letter -> letter.detail().contains(StormyChroma.POISON));
  }

  @Example
  void withoutTheRestARecordGoesBack() {
    assertThat(LongStream.range(0, 20).filter(seed -> !run(seed, 0).isRight()).count())
        .isPositive();
  }

  @Example
  void everyTroubleHappens() {
    assertThat(run(1, SETTLE).chroma.troubles()).hasSize(13);
  }

  private static End run(long seed, int settle) {
    Random random = new Random(seed);
    SimulatedTask task = new SimulatedTask();
    StormyChroma chroma = new StormyChroma(task, random, REQUEST_TIMEOUT, LATEST);
    ChromaWriter writer = writer(chroma, task, settle);
    List<Mutation> mutations = new ArrayList<>();
    for (Mutation mutation : new Histories(random).mutations(300)) {
      mutations.add(showing(mutation, mutations.size() + 1));
    }
    try {
      writeInBatches(writer, mutations, random);
      List<Notice> notices = List.copyOf(writer.prepareCommit());
      // What is late may come when all is acknowledged.
      task.runAll();
      List<DeadLetter> letters =
          notices.stream().flatMap(notice -> notice.letters().stream()).toList();
      return new End(chroma, mutations, letters);
    } catch (InterruptedException | ChromaFailure e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** Batches of one lane for each image, of up to eight mutations. */
  private static void writeInBatches(ChromaWriter writer, List<Mutation> mutations, Random random)
      throws ChromaFailure, InterruptedException {
    Map<String, List<Mutation>> waiting = new LinkedHashMap<>();
    for (Mutation mutation : mutations) {
      String lane = "words/" + mutation.record().image();
      List<Mutation> batch = waiting.computeIfAbsent(lane, unused -> new ArrayList<>());
      batch.add(mutation);
      if (random.nextInt(8) == 0) {
        write(writer, lane, waiting.remove(lane));
      }
    }
    for (Map.Entry<String, List<Mutation>> rest : waiting.entrySet()) {
      write(writer, rest.getKey(), rest.getValue());
    }
  }

  private static void write(ChromaWriter writer, String lane, List<Mutation> batch)
      throws ChromaFailure, InterruptedException {
    SinkWriter.Context unused = null;
    writer.write(Mutations.batch(lane, batch), unused);
  }

  /** The same mutation, which a record that shows it tells. */
  private static Mutation showing(Mutation mutation, int number) {
    if (mutation.metadata() == null) {
      return mutation;
    }
    Map<String, MetadataValue> metadata = new HashMap<>(mutation.metadata());
    metadata.put(StormyChroma.SHOWN, MetadataValue.of(number));
    return mutation.verb() == Verb.UPSERT
        ? Mutation.upsert(
            mutation.record(),
            mutation.embedding(),
            mutation.document(),
            metadata,
            mutation.version())
        : Mutation.update(mutation.record(), metadata, mutation.version());
  }

  private static boolean isPoisonous(Mutation mutation) {
    return mutation.verb() != Verb.SWEEP && mutation.record().id().contains(StormyChroma.POISON);
  }

  private static ChromaWriter writer(StormyChroma chroma, SimulatedTask task, int settle) {
    ChromaSettings settings =
        Settings.of(
            URI.create("http://chroma:8000"),
            Map.of(
                "request-timeout",
                REQUEST_TIMEOUT + " ms",
                "settle",
                settle + " ms",
                "max-rejected-in-a-row",
                "1000000"));
    ServerProfile profile =
        new ServerProfile(
            true, true, 5_461, Map.of(Collection.WORDS, "w-id", Collection.LINES, "l-id"), "m-id");
    return new ChromaWriter(
        new Destination(chroma, settings, profile),
        new Retries(Duration.ofHours(10), new Random(7)),
        task,
        metrics -> new NoGuard());
  }
}
