package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.sweep;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.delivery.RequestOutcome;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.chroma.delivery.WriteRequest;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.InvalidSettings;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.SinkInput;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.RealTimeTask;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What we rely on of a real Chroma server, each in one test; all on one server. */
class ChromaServerIT {

  private static ChromaServer server;
  private static int collections;

  private String words;
  private ServerProfile profile;
  private ChromaTarget chroma;

  @BeforeAll
  static void start() {
    server = ChromaServer.startEmpty();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createCollections() {
    words = "words-" + collections++;
    ChromaSettings settings = Settings.of(server.url(), Map.of("words-collection", words));
    profile = Preflight.run(settings);
    chroma = new ChromaTarget(HttpChroma.of(settings), new ReceiptTree(), settings, profile);
  }

  @Nested
  class ThePreflight {

    @Test
    void theProfileIsThatOfTheServerWeTestWith() {
      assertThat(profile.arrays()).as("1.0.3 takes no arrays").isFalse();
      assertThat(profile.base64()).isTrue();
      assertThat(profile.maxBatch()).isGreaterThan(1_000);
      assertThat(profile.collections().get(ReceiptTree.WORDS))
          .isEqualTo(new ChromaReader(server.url()).id(words));
    }

    @Test
    void aSecondPreflightFindsTheSameCollections() {
      assertThat(Preflight.run(chroma.settings())).isEqualTo(profile);
    }

    @Test
    void aCopyThatIsWholeSaysOfWhichCollectionsItIsOne() throws IOException {
      write(upsert(1, new float[] {0.5f}));
      ChromaSettings green =
          Settings.of(
              server.url(),
              Map.of("words-collection", words + "-green", "lines-collection", words + "-lines"));
      assertThat(Preflight.run(green).target().copyOf()).isEmpty();

      CollectionCopy copy = CollectionCopy.between(chroma.settings(), green);
      assertThat(copy.copy(ReceiptTree.WORDS, count -> {})).isEqualTo(1);

      assertThat(Preflight.run(green).target().copyOf())
          .containsExactly(entry(ReceiptTree.WORDS, profile.collections().get(ReceiptTree.WORDS)));
      assertThat(copy.copy(ReceiptTree.WORDS, count -> {})).as("again").isEqualTo(1);
    }

    @Test
    void c06ACollectionOfAnotherSpaceIsRefused() throws Exception {
      for (String name : List.of("words-cosine", "lines-cosine")) {
        String create =
            "{\"name\":\"%s\",\"configuration\":{\"hnsw\":{\"space\":\"cosine\"}}}".formatted(name);
        new ChromaReader(server.url())
            .post(chroma.settings().databasePath() + "/collections", create);
      }

      assertThatThrownBy(
              () ->
                  Preflight.run(
                      Settings.of(
                          server.url(),
                          Map.of(
                              "words-collection", "words-cosine",
                              "lines-collection", "lines-cosine"))))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining(
              "'chroma.words-collection' must name a collection of space l2, but 'words-cosine' at %s has cosine",
              server.url())
          .hasMessageContaining(
              "'chroma.lines-collection' must name a collection of space l2, but 'lines-cosine' at %s has cosine",
              server.url());
    }

    @Test
    void c06ACollectionOfAnotherDimensionIsRefused() {
      assertThat(Preflight.run(chroma.settings(), Settings.dimensions(1_536)))
          .as("still empty")
          .isEqualTo(profile);
      write(upsert(1, new float[384]));

      assertThat(Preflight.run(chroma.settings(), Settings.dimensions(384))).isEqualTo(profile);
      assertThatThrownBy(() -> Preflight.run(chroma.settings(), Settings.dimensions(1_536)))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageStartingWith(
              "'chroma.words-collection' must name a collection of dimension 1536 ('delta.dimension'), but '%s' at %s has 384",
              words, server.url());
    }

    @Test
    void c06ACopyHasTheConfigurationOfItsOriginal() throws IOException {
      String original = words + "-tuned";
      String create =
          "{\"name\":\"%s\",\"configuration\":{\"hnsw\":{\"space\":\"l2\",\"max_neighbors\":24},\"embedding_function\":{\"type\":\"known\",\"name\":\"default\",\"config\":{}}}}"
              .formatted(original);
      String collections = chroma.settings().databasePath() + "/collections";
      JsonNode made = new ChromaReader(server.url()).post(collections, create);
      ChromaSettings from = Settings.of(server.url(), Map.of("words-collection", original));
      Map<String, String> copies =
          Map.of("words-collection", original + "-copy", "lines-collection", words + "-lines-copy");

      CollectionCopy.between(from, Settings.of(server.url(), copies));

      String again = "{\"name\":\"%s-copy\",\"get_or_create\":true}".formatted(original);
      assertThat(new ChromaReader(server.url()).post(collections, again).get("configuration_json"))
          .isEqualTo(made.get("configuration_json"));
    }

    @Test
    void c06ACopyOfAnotherDimensionIsRefused() {
      write(upsert(1, 1f, 2f));
      Map<String, String> other =
          Map.of("words-collection", words + "-other", "lines-collection", words + "-lines-other");
      ChromaSettings settings = Settings.of(server.url(), other);
      ChromaTarget copy =
          new ChromaTarget(
              HttpChroma.of(settings), new ReceiptTree(), settings, Preflight.run(settings));
      write(copy, upsert(1, 1f));

      assertThatThrownBy(() -> CollectionCopy.between(chroma.settings(), settings))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining(
              "must name a collection of dimension 2 (the same as in the copied collection), but"
                  + " '%s-other' at %s has 1",
              words, server.url());
    }

    @Test
    void c01EveryReadAndWriteHasTheShapeThatIsExpected() throws Exception {
      write(upsert(1, 1f), update(1, "a", 1), delete(2));
      HttpChroma http = HttpChroma.of(chroma.settings());
      String path =
          chroma.settings().databasePath()
              + "/collections/"
              + profile.collections().get(ReceiptTree.WORDS);
      byte[] page = "{\"include\":[\"embeddings\",\"documents\",\"metadatas\"]}".getBytes(UTF_8);

      assertThat(RequestOutcome.of(http.get("/api/v2/heartbeat").get(), Shape.HEARTBEAT).kind())
          .isEqualTo(Kind.WRITTEN);
      assertThat(
              RequestOutcome.of(http.get(chroma.settings().tenantPath()).get(), Shape.NAMED).kind())
          .isEqualTo(Kind.WRITTEN);
      assertThat(
              RequestOutcome.of(http.get(chroma.settings().databasePath()).get(), Shape.NAMED)
                  .kind())
          .isEqualTo(Kind.WRITTEN);
      assertThat(RequestOutcome.of(http.get(path + "/count").get(), Shape.COUNT).kind())
          .isEqualTo(Kind.WRITTEN);
      assertThat(RequestOutcome.of(http.post(path + "/get", page).get(), Shape.PAGE).kind())
          .isEqualTo(Kind.WRITTEN);
    }

    @Test
    void c10HttpsOnAPortOfHttpSaysSo() {
      URI tls = URI.create("https://127.0.0.1:" + server.url().getPort());

      assertThatThrownBy(() -> Preflight.run(Settings.of(tls)))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageStartingWith(
              "Chroma does not respond at '%s' ('chroma.url'): no TLS connection (", tls)
          .hasMessageEndingWith("'chroma.url' must begin with http://");
    }

    @Test
    void c10OnlyItsOwnJsonSpeaksOfItsCollections() throws Exception {
      HttpChroma http = HttpChroma.of(chroma.settings());
      String collections = chroma.settings().databasePath() + "/collections";

      assertThat(
              RequestOutcome.of(http.get(collections + "/nowhere").get(), Shape.COLLECTION).kind())
          .isEqualTo(Kind.MISSING);
      assertThat(RequestOutcome.of(http.get("/api/v2/elsewhere").get(), Shape.COLLECTION).kind())
          .as("a path that no server has, which Chroma too answers with an empty body")
          .isEqualTo(Kind.FOREIGN);
    }
  }

  @Nested
  class Writes {

    @Test
    void anUpsertIsReadBackAsItWasWritten() {
      Map<String, MetadataValue> metadata =
          Map.of(
              "text", MetadataValue.of("ß\n\""),
              "whole", MetadataValue.of(4_000_000_000L),
              "real", MetadataValue.of(2.0),
              "flag", MetadataValue.of(false));

      write(upsert(word(1), "doc", new float[] {0.1f, -2f}, metadata));

      Stored stored = records().get(word(1).id());
      assertThat(stored.embedding()).containsExactly(0.1f, -2f);
      assertThat(stored.document()).isEqualTo("doc");
      assertThat(stored.metadata())
          .containsEntry("text", "ß\n\"")
          .containsEntry("whole", 4_000_000_000L)
          .containsEntry("real", 2.0)
          .containsEntry("flag", false);
    }

    @Test
    void vectorsAsNumbersAreTheSameAsBase64() {
      float[] vector = {0.1f, 1e-30f, -3.4e38f};
      ServerProfile plain =
          new ServerProfile(
              false,
              false,
              profile.maxBatch(),
              profile.collections(),
              profile.marks(),
              profile.fresh());
      write(upsert(1, vector));

      write(
          new ChromaTarget(chroma.chroma(), new ReceiptTree(), chroma.settings(), plain),
          upsert(2, vector));

      assertThat(records().get(word(2).id()).embedding())
          .isEqualTo(records().get(word(1).id()).embedding());
    }

    @Test
    void anUpdateMergesMetadataAndKeepsVectorAndDocument() {
      write(upsert(word(1), "doc", new float[] {1}, Map.of("kept", MetadataValue.of(1))));

      write(update(1, "new", 2));

      Stored stored = records().get(word(1).id());
      assertThat(stored.metadata()).containsEntry("kept", 1L).containsEntry("new", 2L);
      assertThat(stored.document()).isEqualTo("doc");
      assertThat(stored.embedding()).containsExactly(1f);
    }

    @Test
    void aRemovedValueRemovesItsKey() {
      write(upsert(word(1), "doc", new float[] {1}, Map.of("gone", MetadataValue.of(1))));

      write(update(1, "gone", null));
      write(update(1, "never there", null));

      assertThat(records().get(word(1).id()).metadata())
          .containsOnlyKeys("image_id", "receipt_id", "line_id", "word_id");
    }

    @Test
    void aRemovedValueInTheUpsertOfANewRecordIsNoKey() {
      write(upsert(word(1), "doc", new float[] {1}, Map.of("gone", MetadataValue.removed())));

      assertThat(records().get(word(1).id()).metadata()).doesNotContainKey("gone");
    }

    @Test
    void anUpsertMergesIntoTheRecordThatIsThere() {
      write(upsert(word(1), "doc", new float[] {1}, Map.of("old", MetadataValue.of(1))));

      write(upsert(word(1), null, new float[] {2}, Map.of("new", MetadataValue.of(2))));

      Stored stored = records().get(word(1).id());
      assertThat(stored.metadata()).containsEntry("old", 1L).containsEntry("new", 2L);
      assertThat(stored.document()).isEqualTo("doc");
      assertThat(stored.embedding()).containsExactly(2f);
    }

    @Test
    void anUpsertAfterADeleteStartsFromNothing() {
      write(upsert(word(1), "doc", new float[] {1}, Map.of("old", MetadataValue.of(1))));

      write(delete(1), upsert(word(1), null, new float[] {2}, Map.of("new", MetadataValue.of(2))));

      Stored stored = records().get(word(1).id());
      assertThat(stored.metadata()).doesNotContainKey("old").containsEntry("new", 2L);
      assertThat(stored.document()).isNull();
    }

    @Test
    void updatesAndDeletesOfUnknownRecordsDoNothing() {
      write(delete(7), update(8, "a", 1));

      assertThat(records()).isEmpty();
      assertThat(new ChromaReader(server.url()).count(words)).isZero();
    }
  }

  @Nested
  class DeletesByFilter {

    @Test
    void aSweepDeletesWhatTheKeyCoversAndNothingElse() {
      RecordKey oldForm = ReceiptTree.word("img", 1, 3, 1);
      write(
          upsert(ReceiptTree.word("img", 1, 2, 1), "a", new float[] {1}, Map.of()),
          upsert(oldForm, "b", new float[] {1}, Map.of("receipt_id", MetadataValue.of("1"))),
          upsert(ReceiptTree.word("img", 2, 2, 1), "c", new float[] {1}, Map.of()),
          upsert(ReceiptTree.word("other", 1, 2, 1), "d", new float[] {1}, Map.of()));

      write(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.line(2, 9))));
      assertThat(records()).hasSize(4);

      write(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.receipt(1))));
      assertThat(records().values()).extracting(Stored::document).containsExactly("c", "d");

      write(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.image())));
      assertThat(records().values()).extracting(Stored::document).containsExactly("d");
    }

    @Test
    void aSweepOfAReceiptLeavesWhatItSparesAndNothingElse() {
      List<RecordKey> words = words("img", 1, 4, 3);
      upsertAll(words);
      write(upsert(ReceiptTree.word("img", 2, 1, 1), "other receipt", new float[] {1}, Map.of()));

      write(
          sweep(
              ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.receipt(1)),
              ReceiptTree.word("img", 1, 1, 1),
              ReceiptTree.word("img", 1, 2, 1),
              ReceiptTree.word("img", 1, 4, 2),
              ReceiptTree.word("img", 1, 4, 3),
              ReceiptTree.word("img", 1, 9, 9)));

      assertThat(records())
          .containsOnlyKeys(
              ReceiptTree.word("img", 1, 1, 1).id(),
              ReceiptTree.word("img", 1, 2, 1).id(),
              ReceiptTree.word("img", 1, 4, 2).id(),
              ReceiptTree.word("img", 1, 4, 3).id(),
              ReceiptTree.word("img", 2, 1, 1).id());
    }

    @Test
    void aSweepOfAnImageSparesInSeveralReceiptsAndInBothFormsOfTheirIds() {
      Map<String, MetadataValue> oldForm = Map.of("receipt_id", MetadataValue.of("2"));
      Map<String, MetadataValue> oldFormOf3 = Map.of("receipt_id", MetadataValue.of("3"));
      Map<String, MetadataValue> nowhere = Map.of("receipt_id", MetadataValue.removed());
      RecordKey first = ReceiptTree.word("img", 1, 1, 1);
      RecordKey second = ReceiptTree.word("img", 2, 1, 1);
      write(
          upsert(first, "spared", new float[] {1}, Map.of()),
          upsert(ReceiptTree.word("img", 1, 1, 2), "next word", new float[] {1}, Map.of()),
          upsert(second, "spared", new float[] {1}, oldForm),
          upsert(ReceiptTree.word("img", 2, 2, 1), "next line", new float[] {1}, oldForm),
          upsert(ReceiptTree.word("img", 3, 1, 1), "next receipt", new float[] {1}, Map.of()),
          upsert(ReceiptTree.word("img", 3, 1, 2), "in its old form", new float[] {1}, oldFormOf3),
          upsert(ReceiptTree.word("img", 4, 1, 1), "of no receipt", new float[] {1}, nowhere),
          upsert(ReceiptTree.word("other", 3, 1, 1), "other image", new float[] {1}, Map.of()));

      write(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.image()), first, second));

      assertThat(records().values())
          .extracting(Stored::document)
          .containsExactlyInAnyOrder("spared", "spared", "other image");
    }

    @Test
    void aSweepSparesInHundredsOfLines() {
      List<RecordKey> words = words("img", 1, 160, 6);
      List<RecordKey> excluded =
          words.stream()
              .filter(
                  word ->
                      ReceiptKeys.lineOf(word.entity()) <= 150
                          && ReceiptKeys.wordOf(word.entity())
                              <= 1 + ReceiptKeys.lineOf(word.entity()) % 5)
              .toList();
      upsertAll(words);

      write(
          sweep(
              ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.receipt(1)),
              excluded.toArray(RecordKey[]::new)));

      assertThat(records().keySet())
          .containsExactlyInAnyOrderElementsOf(excluded.stream().map(RecordKey::id).toList());
    }
  }

  @Nested
  class Rejections {

    @Test
    void aVectorOfAnotherLengthIsRefused() {
      write(upsert(1, 1f, 2f));

      RequestOutcome outcome = outcome(upsert(2, 1f));

      assertThat(outcome.kind()).isEqualTo(Kind.MISCONFIGURED);
      assertThat(outcome.reason())
          .startsWith("HTTP 400: Collection expecting embedding with dimension of 2, got 1; ")
          .contains("in group 'chroma'", "'delta.dimension'");
    }

    @Test
    void anArrayIsRefused() {
      RequestOutcome outcome = outcome(update(1, "labels", new String[] {"TAX"}));

      assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
      assertThat(outcome.reason()).startsWith("HTTP 422: Failed to deserialize");
    }

    @Test
    void vectorsOfAnotherLengthFailTheJobWithAdvice() throws Exception {
      try (RealTimeTask task = new RealTimeTask()) {
        ChromaWriter writer = writer(task);
        write(upsert(1, 1f, 2f));

        assertThatThrownBy(() -> write(writer, upsert(2, 1f), upsert(3, 1f)))
            .hasStackTraceContaining("UPSERT of 2 records in collection '%s' was rejected", words)
            .hasStackTraceContaining("expecting embedding with dimension of 2, got 1")
            .hasStackTraceContaining("'delta.dimension'");
        writer.close();
      }
    }

    @Test
    void aRecordThatTheServerRefusesIsALetterAndTheOthersAreWritten() throws Exception {
      try (RealTimeTask task = new RealTimeTask()) {
        ChromaWriter writer = writer(task);
        write(upsert(1, 1f), upsert(2, 1f), upsert(3, 1f), upsert(4, 1f));

        write(
            writer,
            update(1, "text", "good"),
            update(2, "text", "half a character: \ud83d"),
            update(3, "text", "good"),
            update(4, "labels", new String[] {"TAX"}));

        assertThat(letters(writer))
            .satisfiesExactly(
                letter ->
                    assertThat(letter)
                        .contains(word(2).id(), "HTTP 400: Failed to parse the request body"),
                letter ->
                    assertThat(letter).contains(word(4).id(), "HTTP 422: Failed to deserialize"));
        assertThat(records().get(word(1).id()).metadata()).containsEntry("text", "good");
        assertThat(records().get(word(3).id()).metadata()).containsEntry("text", "good");
        writer.close();
      }
    }

    @Test
    void aVectorWithoutNumbersIsALetterAndTheOthersAreWritten() throws Exception {
      try (RealTimeTask task = new RealTimeTask()) {
        ChromaWriter writer = writer(task);

        write(writer, upsert(1, 1f), upsert(2), upsert(3, 1f));

        assertThat(letters(writer))
            .singleElement()
            .asString()
            .contains(word(2).id(), "must have at least 1 dimension");
        assertThat(records()).containsOnlyKeys(word(1).id(), word(3).id());
        writer.close();
      }
    }

    /** The large ones are of no record, so that the server need not keep them. */
    @Test
    void aBodyOverTheServersLimitIsHalvedUntilItIsWritten() throws Exception {
      String large = "x".repeat(21 << 20);
      write(upsert(1, 1f));
      try (RealTimeTask task = new RealTimeTask()) {
        ChromaWriter writer = writer(task, "max-bytes-per-request", "100 mb");

        write(writer, update(2, "t", large), update(3, "t", large), update(1, "t", "good"));

        assertThat(letters(writer)).isEmpty();
        assertThat(records().get(word(1).id()).metadata()).containsEntry("t", "good");
        writer.close();
      }
    }

    @Test
    void aRecordOverTheServersLimitIsALetterAndTheOthersAreWritten() throws Exception {
      write(upsert(1, 1f), upsert(2, 1f));
      try (RealTimeTask task = new RealTimeTask()) {
        ChromaWriter writer = writer(task);

        write(writer, update(1, "t", "x".repeat(41 << 20)), update(2, "t", "good"));

        assertThat(letters(writer)).singleElement().asString().contains(word(1).id());
        assertThat(records().get(word(1).id()).metadata()).doesNotContainKey("t");
        assertThat(records().get(word(2).id()).metadata()).containsEntry("t", "good");
        writer.close();
      }
    }
  }

  @Test
  void acknowledgedWritesSurviveACrash() {
    write(upsert(1, 1f), upsert(2, 2f));
    write(delete(1));

    server.kill();
    server.restart();

    assertThat(records()).containsOnlyKeys(word(2).id());
  }

  @Test
  void theFakesModelAgreesWithTheServer() {
    long seed = Long.getLong("seed", System.nanoTime());
    ChromaModel model = new ChromaModel();

    for (Mutation mutation : new Histories(new Random(seed)).mutations(400)) {
      model.apply(mutation);
      write(mutation);
    }

    assertThat(records()).as("seed %s", seed).isEqualTo(model.records());
  }

  @Test
  void anUnknownTenantIsNamed() {
    assertThatPreflightSays(
        Map.of("tenant", "acme"),
        "Chroma at %s has no tenant 'acme' ('chroma.tenant'): HTTP 404: Tenant [acme] not found");
  }

  @Test
  void anUnknownDatabaseIsNamed() {
    assertThatPreflightSays(
        Map.of("database", "acme"),
        "Chroma at %s has no database 'acme' ('chroma.database'): HTTP 404: Database [acme] not"
            + " found. Are you sure it exists?");
  }

  @Test
  void aBadCollectionNameIsNamed() {
    assertThatPreflightSays(
        Map.of("words-collection", "w"),
        "Chroma at %s returned no collection 'w' ('chroma.words-collection'): HTTP 400: Validation"
            + " error: name: Expected a name containing 3-512 characters from [a-zA-Z0-9._-],"
            + " starting and ending with a character in [a-zA-Z0-9]. Got: w");
  }

  private static void assertThatPreflightSays(Map<String, String> values, String sentence) {
    assertThatThrownBy(() -> Preflight.run(Settings.of(server.url(), values)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(sentence, server.url());
  }

  private static List<RecordKey> words(String image, int receipt, int lines, int wordsPerLine) {
    return IntStream.rangeClosed(1, lines)
        .boxed()
        .flatMap(
            line ->
                IntStream.rangeClosed(1, wordsPerLine)
                    .mapToObj(word -> ReceiptTree.word(image, receipt, line, word)))
        .toList();
  }

  private void upsertAll(List<RecordKey> words) {
    write(
        words.stream()
            .map(word -> upsert(word, "document", new float[] {1}, Map.of()))
            .toArray(Mutation[]::new));
  }

  private void write(Mutation... mutations) {
    write(chroma, mutations);
  }

  private static void write(ChromaTarget destination, Mutation... mutations) {
    for (WriteRequest request : Requests.of(List.of(mutations), destination)) {
      assertThat(RequestOutcome.of(destination.send(request).join()))
          .extracting(RequestOutcome::kind)
          .isEqualTo(Kind.WRITTEN);
    }
  }

  private ChromaWriter writer(RealTimeTask task, String... more) {
    Map<String, String> values =
        new HashMap<>(
            Map.of("words-collection", words, "settle", "10 ms", "retry-budget", "1 min"));
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new ChromaWriter(
        new ChromaTarget(
            chroma.chroma(), new ReceiptTree(), Settings.of(server.url(), values), profile),
        new WindowSettings(Duration.ofSeconds(1), 500, 16L << 20),
        new Random(7),
        task,
        (metrics, freshUpTo) -> new NoGuard());
  }

  private static void write(ChromaWriter writer, Mutation... mutations) throws Exception {
    SinkWriter.Context unused = null;
    for (Mutation mutation : mutations) {
      writer.write(SinkInput.of(mutation), unused);
    }
    writer.flush(false);
  }

  private static List<String> letters(ChromaWriter writer) throws Exception {
    return writer.prepareCommit().stream()
        .flatMap(notice -> notice.letters().stream())
        .map(DeadLetter::detail)
        .toList();
  }

  private RequestOutcome outcome(Mutation mutation) {
    List<WriteRequest> requests = Requests.of(List.of(mutation), chroma);
    return RequestOutcome.of(chroma.send(requests.get(0)).join());
  }

  private Map<String, Stored> records() {
    return new ChromaReader(server.url()).records(words);
  }
}
