package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
  void whatIsRefusedIsToldAndNothingElseIs(@ForAll long seed) throws Exception {
    End end = run(seed, SETTLE);

    long refused = end.mutations.stream().filter(StormLaws::isPoisonous).count();
    assertThat((long) end.letters.size())
        .as("one of each, but for those that were coalesced")
        .isBetween(Math.min(1, refused), refused);
    assertThat(end.letters).allMatch(letter -> letter.detail().contains(StormyChroma.POISON));
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
    ChromaWriter writer = writer(chroma, task, settle, random);
    List<Mutation> mutations = new ArrayList<>();
    for (Mutation mutation : new Histories(random).mutations(300)) {
      mutations.add(showing(mutation, mutations.size() + 1));
    }
    try {
      writeAll(writer, mutations, task, random);
      List<SinkCommittable> notices = List.copyOf(writer.prepareCommit());
      // What is late may come when all is acknowledged.
      task.runAll();
      List<DeadLetter> letters =
          notices.stream().flatMap(notice -> notice.letters().stream()).toList();
      return new End(chroma, mutations, letters);
    } catch (InterruptedException | ChromaFailure e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** Time passes in between, so that some requests are small and some are not. */
  private static void writeAll(
      ChromaWriter writer, List<Mutation> mutations, SimulatedTask task, Random random)
      throws ChromaFailure, InterruptedException {
    SinkWriter.Context unused = null;
    for (Mutation mutation : mutations) {
      writer.write(SinkInput.of(mutation), unused);
      if (random.nextInt(4) == 0) {
        task.runUntil(task.getCurrentProcessingTime() + random.nextInt(60));
      }
    }
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
    return mutation.verb() != Verb.DELETE_BY_FILTER
        && mutation.record().id().contains(StormyChroma.POISON);
  }

  private static ChromaWriter writer(
      StormyChroma chroma, SimulatedTask task, int settle, Random random) {
    ChromaSettings settings =
        Settings.of(
            URI.create("http://chroma:8000"),
            Map.of(
                "request-timeout",
                REQUEST_TIMEOUT + " ms",
                "settle",
                settle + " ms",
                "retry-budget",
                "10 h",
                "max-rejected-in-a-row",
                "1000000"));
    ServerProfile profile =
        new ServerProfile(
            true,
            true,
            5_461,
            Map.of(ReceiptTree.WORDS, "w-id", ReceiptTree.LINES, "l-id"),
            "m-id",
            "f-id");
    return new ChromaWriter(
        new ChromaTarget(chroma, new ReceiptTree(), settings, profile),
        new WindowSettings(
            Duration.ofMillis(1 + random.nextInt(200)), 1 + random.nextInt(20), 1 << 20),
        new Random(7),
        task,
        (metrics, freshUpTo) -> new NoGuard());
  }
}
