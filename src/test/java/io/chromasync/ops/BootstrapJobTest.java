package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.TableSetting;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ChunkSerializer;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.resolve.rules.RecordState;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.runtime.DurableCounters.Count;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.export.Exports;
import io.chromasync.testing.FakeS3;
import io.chromasync.testing.Items;
import io.chromasync.testing.ResolveHarness;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// What a harness and Flink's iterators close with declares Exception.
@SuppressWarnings("try")
class BootstrapJobTest {

  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-03-02T20:00:00Z");
  private static final OperatorIdentifier RESOLVE = OperatorIdentifier.forUid("resolve");

  private static final MapStateDescriptor<String, StateChunk> CHUNKS =
      new MapStateDescriptor<>(
          "chunks", StringSerializer.INSTANCE, new ChunkSerializer(new ReceiptTree()));

  private static final ResolveSettings SETTINGS =
      ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve"));

  private final FakeS3 s3 = FakeS3.start("exports");

  @TempDir private Path folder;

  @BeforeEach
  void useCredentials() {
    TestCredentials.use();
  }

  @AfterEach
  void close() {
    s3.close();
  }

  /** All that the operator remembers of an image; a record of this can be compared. */
  public record Remembered(String image, Map<String, StateChunk> chunks, Set<Long> timers) {}

  @Test
  void theSavepointHoldsWhatTheOperatorRemembersWhenItMergesTheSameExport() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    Random random = new Random(seed);
    Exports exports = open(write(new Life(random)));

    String savepoint = bootstrap(exports, 2);
    List<SnapshotFacts> pieces = pieces(exports);
    Merged merged = merge(joined(pieces), exports.asOf());

    Map<String, Remembered> read = read(savepoint);
    assertThat(merged.images()).as("-Dseed=%s", seed).hasSizeGreaterThan(20);
    assertThat(read.keySet()).as("-Dseed=%s", seed).isEqualTo(merged.images().keySet());
    merged
        .images()
        .forEach(
            (image, chunks) ->
                assertThat(read.get(image).chunks())
                    .as("-Dseed=%s image %s", seed, image)
                    .isEqualTo(unsent(chunks)));
    assertThat(read.values().stream().mapToInt(image -> image.timers().size()).sum())
        .as("-Dseed=%s timers", seed)
        .isEqualTo(merged.timers());
    Collections.shuffle(pieces, random);
    assertThat(facts(merge(pieces, exports.asOf()).images()))
        .as("-Dseed=%s facts, in any order of the pieces", seed)
        .isEqualTo(facts(merged.images()));
    assertThat(tableRead(savepoint)).isEqualTo(Map.of("table", exports.asOf()));
    assertThat(count(savepoint, "tombstones_written") - count(savepoint, "tombstones_ended"))
        .as("-Dseed=%s tombstones", seed)
        .isEqualTo(tombstones(read));
    assertThat(count(savepoint, "facts_remembered"))
        .as("-Dseed=%s facts", seed)
        .isEqualTo(read.values().stream().mapToLong(BootstrapJobTest::entries).sum());
  }

  @Test
  void aRemovalInAnIncrementalExportIsATombstoneAndATimer() throws Exception {
    TableItem tax = Items.label("a", 1, 7, 2, "TAX").status(ValidationStatus.VALID);
    String full = uri(full().file(List.of(Items.image("a"), Items.receipt("a", 1), tax)));
    String later =
        uri(incremental().lines(List.of(TableExport.deletion(tax, NOON.plusSeconds(7)))));

    Remembered image = read(bootstrap(open(List.of(full, later)), 1)).get("a");

    EntityKey label = ReceiptKeys.label(1, 7, 2, "TAX");
    assertThat(image.chunks().get("receipt/1/line/7").entries().get(label))
        .satisfies(
            entry -> {
              assertThat(entry.isTombstone()).isTrue();
              assertThat(entry.removed())
                  .isEqualTo(new Version(NOON.plusSeconds(7).getEpochSecond() * 1_000_000, ""));
            });
    assertThat(image.timers())
        .containsExactlyInAnyOrder(
            Instant.parse("2026-03-12T12:00:00Z").toEpochMilli(),
            Instant.parse("2026-03-12T13:00:00Z").toEpochMilli());
  }

  /**
   * The adaptive scheduler, Flink's choice, cuts what is shuffled by its size, and hands keys to
   * tasks that may not have them: of itself from some hundred thousand facts on, here at once.
   */
  @Test
  void tasksAreGivenTheirOwnKeysHoweverLargeTheyAre() throws Exception {
    List<TableItem> items = new ArrayList<>();
    for (int image = 0; image < 200; image++) {
      items.add(Items.image("image" + image));
    }
    StreamExecutionEnvironment env = BootstrapJob.environment(2);
    env.configure(
        new Configuration()
            .set(
                BatchExecutionOptions.ADAPTIVE_AUTO_PARALLELISM_AVG_DATA_VOLUME_PER_TASK,
                MemorySize.parse("1kb")));
    String path = folder.resolve("savepoint").toUri().toString();

    BootstrapRun.execute(
        new BootstrapJob(open(List.of(uri(full().file(items)))), SETTINGS, path), env, read -> {});

    assertThat(read(path)).hasSize(200);
  }

  @Test
  void whatIsNotOursOrCannotBeUnderstoodIsCountedAndChangesNothing() throws Exception {
    Exports exports =
        open(
            List.of(
                uri(
                    full()
                        .file(
                            List.of(
                                Items.image("a"),
                                Items.image("b").text("PK", "LOCK#1"),
                                Items.image("c").text("TYPE", "NEVER_HEARD_OF").text("SK", "NEW"),
                                Items.label("d", 1, 7, 2, "TAX")
                                    .text("validation_status", "?"))))));

    StreamExecutionEnvironment env = BootstrapJob.environment(1);
    String path = folder.resolve("savepoint").toUri().toString();
    Map<String, Object> counts =
        BootstrapRun.execute(new BootstrapJob(exports, SETTINGS, path), env, read -> {});

    assertThat(counts)
        .containsEntry(Exports.ITEMS, 4L)
        .containsEntry(BootstrapJob.FACTS, 1L)
        .containsEntry(BootstrapJob.PARTITIONS, 1L)
        .containsEntry(BootstrapJob.REJECTED, 1L);
    assertThat(read(path)).containsOnlyKeys("a");
  }

  @Test
  void ofADamagedExportThereIsNoSavepoint() throws IOException {
    TableExport export = full().file(List.of(Items.image("a")));
    Exports exports = open(List.of(uri(export)));
    String key = export.dataFiles().get(0);
    TableExport other = full().file(List.of(Items.image("b")));
    s3.put(key, other.objects().get(key));

    assertThatThrownBy(() -> bootstrap(exports, 1))
        .rootCause()
        .hasMessageContaining("The data file s3://exports/%s has the MD5 checksum".formatted(key));
    assertThat(folder.resolve("savepoint/_metadata")).doesNotExist();
  }

  @Test
  void incrementalExportsAloneAreNoWholeTable() {
    String uri = uri(incremental().lines(List.of()));

    assertThatThrownBy(() -> open(List.of(uri)))
        .hasMessageContaining("None of the exports is a full export")
        .hasMessageContaining(uri);
  }

  private String bootstrap(Exports exports, int parallelism) throws Exception {
    String path = folder.resolve("savepoint").toUri().toString();
    StreamExecutionEnvironment env = BootstrapJob.environment(parallelism);
    BootstrapRun.execute(new BootstrapJob(exports, SETTINGS, path), env, read -> {});
    return path;
  }

  private Exports open(List<String> uris) throws IOException {
    ApplicationProperties properties =
        new ApplicationProperties(
            Map.of("snapshot", Map.of("export-endpoint", s3.endpoint().toString())));
    return Exports.open(
        uris,
        SnapshotSettings.from(
            properties.group("snapshot"),
            new SnapshotSettings.Defaults(
                new TableSetting("Receipts", "source", "table"),
                new AwsAccess(TestCredentials.REGION, null),
                null,
                null)));
  }

  private List<String> write(Life life) {
    return Stream.of(life.full(), life.incremental()).map(this::uri).toList();
  }

  private String uri(TableExport export) {
    export.objects().forEach(s3::put);
    return "s3://exports/" + export.folder();
  }

  private static TableExport full() {
    return TableExport.full("Receipts", "", "0001", NOON);
  }

  private static TableExport incremental() {
    return TableExport.incremental("Receipts", "", "0002", NOON, EVENING);
  }

  /** What the operator remembers. */
  private record Merged(Map<String, Map<String, StateChunk>> images, int timers) {}

  /** Merges what was listed in this order, then tells that the table was read. */
  private static Merged merge(List<SnapshotFacts> pieces, Version asOf) throws Exception {
    try (ResolveHarness harness = new ResolveHarness(new ReceiptProjection(true), SETTINGS)) {
      harness.open();
      for (SnapshotFacts piece : pieces) {
        harness.process(piece);
      }
      harness.tableRead(asOf);
      return new Merged(chunks(harness), harness.numEventTimeTimers());
    }
  }

  /** Of each image what is as of one time at once, the oldest first. */
  private static List<SnapshotFacts> joined(List<SnapshotFacts> pieces) {
    Map<List<Object>, List<FactChange>> facts = new LinkedHashMap<>();
    pieces.stream()
        .sorted(Comparator.comparing(SnapshotFacts::asOf))
        .forEach(
            piece ->
                facts
                    .computeIfAbsent(
                        List.of(piece.partition(), piece.asOf()), k -> new ArrayList<>())
                    .addAll(piece.facts()));
    List<SnapshotFacts> joined = new ArrayList<>();
    facts.forEach(
        (of, all) ->
            joined.add(
                new SnapshotFacts(
                    (String) of.get(0), (Version) of.get(1), all, List.of(), false, false)));
    return joined;
  }

  /** What is remembered apart from what was written, which depends on the order of arrival. */
  /** Nobody sent anything yet: what state says was sent is unknown. */
  private static Map<String, StateChunk> unsent(Map<String, StateChunk> chunks) {
    Map<String, StateChunk> unsent = new HashMap<>();
    chunks.forEach(
        (path, chunk) -> {
          Map<EntityKey, RecordState> written = new HashMap<>();
          chunk.written().forEach((key, sent) -> written.put(key, unsent(sent)));
          unsent.put(path, new StateChunk(chunk.entries(), written));
        });
    return unsent;
  }

  private static RecordState unsent(RecordState written) {
    return new RecordState(
        written.removed(),
        written.content() == null ? null : 0L,
        written.vector(),
        written.hidden(),
        written.foreign(),
        written.lost(),
        written.embedding());
  }

  private static Map<String, Map<EntityKey, FactRegister>> facts(
      Map<String, Map<String, StateChunk>> images) {
    Map<String, Map<EntityKey, FactRegister>> facts = new HashMap<>();
    images.forEach(
        (image, chunks) -> {
          Map<EntityKey, FactRegister> entries = new HashMap<>();
          chunks.values().forEach(chunk -> entries.putAll(chunk.entries()));
          facts.put(image, entries);
        });
    return facts;
  }

  private static List<SnapshotFacts> pieces(Exports exports) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
    DataStream<ResolveInput> listed =
        exports
            .read(env, new Receipts())
            .map(SnapshotPart::of)
            .returns(SnapshotPart.class)
            .process(new MapSnapshots(new Receipts()));
    try (CloseableIterator<ResolveInput> all = listed.executeAndCollect()) {
      List<SnapshotFacts> pieces = new ArrayList<>();
      all.forEachRemaining(input -> pieces.add(input.listed()));
      return pieces;
    }
  }

  private static Map<String, Map<String, StateChunk>> chunks(ResolveHarness harness)
      throws Exception {
    KeyedStateBackend<String> backend = harness.getOperator().getKeyedStateBackend();
    Map<String, Map<String, StateChunk>> images = new HashMap<>();
    List<String> keys;
    try (Stream<String> all = backend.getKeys("chunks", VoidNamespace.INSTANCE)) {
      keys = all.distinct().toList();
    }
    for (String image : keys) {
      backend.setCurrentKey(image);
      MapState<String, StateChunk> state =
          backend.getPartitionedState(
              VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, CHUNKS);
      images.put(image, copy(state));
    }
    return images;
  }

  private static Map<String, StateChunk> copy(MapState<String, StateChunk> state) throws Exception {
    Map<String, StateChunk> chunks = new HashMap<>();
    for (Map.Entry<String, StateChunk> each : state.entries()) {
      chunks.put(each.getKey(), each.getValue());
    }
    return chunks;
  }

  private static Map<String, Remembered> read(String savepoint) throws Exception {
    Map<String, Remembered> images = new HashMap<>();
    reader(savepoint)
        .readKeyedState(
            RESOLVE, new ReadImage(), Types.STRING, TypeInformation.of(Remembered.class))
        .executeAndCollect()
        .forEachRemaining(image -> images.put(image.image(), image));
    return images;
  }

  private static Map<String, Version> tableRead(String savepoint) throws Exception {
    Map<String, Version> read = new HashMap<>();
    Iterator<Tuple2<String, Version>> all =
        reader(savepoint)
            .readBroadcastState(
                RESOLVE,
                ResolveFacts.TABLE_READ.getName(),
                Types.STRING,
                TypeInformation.of(Version.class))
            .executeAndCollect();
    all.forEachRemaining(entry -> read.put(entry.f0, entry.f1));
    return read;
  }

  private static long count(String savepoint, String name) throws Exception {
    long[] sum = {0};
    reader(savepoint)
        .readListState(RESOLVE, "counters", TypeInformation.of(Count.class))
        .executeAndCollect()
        .forEachRemaining(count -> sum[0] += count.name().equals(name) ? count.count() : 0);
    return sum[0];
  }

  private static SavepointReader reader(String savepoint) throws IOException {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    return SavepointReader.read(env, savepoint, new EmbeddedRocksDBStateBackend());
  }

  private static long entries(Remembered image) {
    return image.chunks().values().stream().mapToLong(chunk -> chunk.entries().size()).sum();
  }

  private static long tombstones(Map<String, Remembered> images) {
    return images.values().stream()
        .flatMap(image -> image.chunks().values().stream())
        .flatMap(chunk -> chunk.entries().values().stream())
        .filter(entry -> entry.isTombstone())
        .count();
  }

  private static final class ReadImage extends KeyedStateReaderFunction<String, Remembered> {

    private static final long serialVersionUID = 1;

    private transient MapState<String, StateChunk> chunks;

    @Override
    public void open(OpenContext context) {
      chunks = getRuntimeContext().getMapState(CHUNKS);
    }

    @Override
    public void readKey(String image, Context context, Collector<Remembered> out) throws Exception {
      out.collect(
          new Remembered(image, copy(chunks), new HashSet<>(context.registeredEventTimeTimers())));
    }
  }

  /** A table, and what became of it within hours. */
  private static final class Life {

    private final Random random;
    private final Map<String, TableItem> items = new HashMap<>();
    private final TableExport full = BootstrapJobTest.full();
    private final TableExport incremental = BootstrapJobTest.incremental();
    private final List<String> changes = new ArrayList<>();
    private int seconds;

    Life(Random random) {
      this.random = random;
      for (int image = 0; image < 30; image++) {
        image("image" + image).forEach(item -> items.put(item.toString(), item));
      }
      List<TableItem> all = new ArrayList<>(items.values());
      Collections.shuffle(all, random);
      // The items of one image are all over the files.
      for (int file = 0; file < 5; file++) {
        full.file(all.subList(file * all.size() / 5, (file + 1) * all.size() / 5));
      }
      all.subList(0, all.size() / 3).forEach(this::change);
      for (int image = 30; image < 35; image++) {
        image("image" + image).forEach(item -> changes.add(TableExport.put(null, item, time())));
      }
      Collections.shuffle(changes, random);
      incremental.lines(changes.subList(0, changes.size() / 2));
      incremental.lines(changes.subList(changes.size() / 2, changes.size()));
    }

    TableExport full() {
      return full;
    }

    TableExport incremental() {
      return incremental;
    }

    private void change(TableItem item) {
      boolean isLabel = item.sortKey().contains("#LABEL#");
      if (random.nextInt(3) > 0) {
        changes.add(TableExport.deletion(item, time()));
      } else if (isLabel) {
        changes.add(TableExport.put(item, item.status(ValidationStatus.INVALID), time()));
      } else {
        changes.add(TableExport.put(item, item, time()));
      }
    }

    private Instant time() {
      seconds += random.nextInt(60);
      return NOON.plusSeconds(seconds % Duration.ofHours(8).toSeconds());
    }

    private List<TableItem> image(String image) {
      List<TableItem> all = new ArrayList<>();
      all.add(Items.image(image));
      for (int receipt = 1; receipt <= 1 + random.nextInt(2); receipt++) {
        all.add(Items.receipt(image, receipt));
        all.add(Items.place(image, receipt));
        all.add(Items.section(image, receipt, "ITEMS", 1, 2));
        all.add(Items.row(image, receipt, 1, 2));
        for (int line = 1; line <= 1 + random.nextInt(4); line++) {
          all.add(Items.line(image, receipt, line, "Milk 1.99"));
          for (int word = 1; word <= 2; word++) {
            all.add(Items.word(image, receipt, line, word, "Milk"));
            if (random.nextBoolean()) {
              all.add(
                  Items.label(image, receipt, line, word, random.nextBoolean() ? "TAX" : "DATE")
                      .status(ValidationStatus.VALID));
            }
          }
        }
      }
      return all;
    }
  }
}
