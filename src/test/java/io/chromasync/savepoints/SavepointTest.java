package io.chromasync.savepoints;

import static io.chromasync.savepoints.SavepointHistory.GONE;
import static io.chromasync.savepoints.SavepointHistory.LABELLED;
import static io.chromasync.savepoints.SavepointHistory.LATER;
import static io.chromasync.savepoints.SavepointHistory.LATER_ROW;
import static io.chromasync.savepoints.SavepointHistory.ROW;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.ClusterRun;
import io.chromasync.JobCounters;
import io.chromasync.WholeJob;
import io.chromasync.local.oracle.Accounting;
import io.chromasync.model.RecordKey;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.FakeChroma.Write;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole job of {@code main} goes on from a savepoint of version 1, as a file: it claims all of
 * it, and every part decides something here. {@link SavepointHistory} says what it is of.
 *
 * <p>{@code -Dupdate} writes the savepoint if it is missing; one that was released is never
 * changed. It grows older than the stream keeps records, so the job skips gaps.
 */
class SavepointTest {

  private static final Path SAVEPOINT = Path.of("src/test/resources/state/savepoint-1");

  /** What a job leaves beside its savepoint. */
  private static final Path FOLDER = Path.of("target/savepoint-test");

  /** A savepoint holds the names of files, so the folder has one name on every machine. */
  private static final String NAME = "file:///proc/self/cwd/" + FOLDER;

  private static final String LETTERS = "dead-letters";

  /** Operators without state. */
  private static final Set<String> STATELESS =
      Set.of("delta-arrivals", "change-arrivals", "snapshot-arrivals", "tables-read", "rollbacks");

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  private static ClusterRun run;
  private static int callsOfFinishedShard;

  /** What was written until the removed word is put again, and then. */
  private static List<Write> before;

  private static List<Write> after;
  private static SortedMap<String, Stored> words;

  @BeforeAll
  @Timeout(300)
  static void goOn(@InjectMiniCluster MiniCluster cluster) throws Exception {
    if (System.getProperty("update") != null && !Files.exists(SAVEPOINT)) {
      write(cluster);
    }
    delete(FOLDER);
    copy(SAVEPOINT.resolve(LETTERS), FOLDER.resolve(LETTERS));
    redrive("DATE");
    // What comes first is written first, and nothing replaces another.
    try (WholeJob job = start(Map.of("max-records", "1"))) {
      tellBeginning(job);
      String finished = split(job);
      SavepointHistory.nothingNew().forEach(job.stream::put);

      run = ClusterRun.start(cluster, COUNTERS, SAVEPOINT, job);
      run.awaitRead(readBefore() + SavepointHistory.nothingNew().size());
      redrive("TIP");
      run.await(() -> tells(job, LABELLED, "TIP") && tells(job, ROW, "TIP"));
      before = writes(job);
      job.stream.put(SavepointHistory.wordIsBack());
      run.awaitRead(readBefore() + SavepointHistory.nothingNew().size() + 2);
      run.stop(NAME + "/savepoints");

      after = writes(job).subList(before.size(), writes(job).size());
      words = job.chroma.records("words");
      callsOfFinishedShard = job.stream.pageCalls(finished);
    }
  }

  @Test
  void everyOperatorThatCanHaveStateHasSomeInTheSavepoint() throws IOException {
    Set<String> operators = new HashSet<>(UidsTest.uids(Files.readAllLines(UidsTest.LIST)));
    operators.removeAll(STATELESS);

    assertThat(uidsWithState()).isEqualTo(operators);
  }

  @Test
  void neitherAnOldChangeNorALateDeltaBringsARemovedWordBack() {
    assertThat(before)
        .filteredOn(write -> write.ids().contains(GONE.id()))
        .as("a lost timeline may have shown it")
        .allMatch(write -> write.operation().equals("delete"));
  }

  @Test
  void whatIsKnownIsNotWrittenAgain() {
    assertThat(describe(before))
        .as(
            "the run that was under way, the new label, and whole what it altered first: a lost"
                + " timeline may have deleted it")
        .containsExactlyInAnyOrder(
            write("upsert", ROW),
            write("upsert", LABELLED),
            write("upsert", LATER),
            write("update", LATER_ROW),
            write("upsert", LATER_ROW),
            write("upsert", LABELLED),
            write("upsert", ROW),
            write("delete", GONE));
  }

  @Test
  void aRunWhoseDeltasWereBeingLoadedIsLoaded() {
    assertThat(words).containsKey(LATER.id());
  }

  @Test
  void theVectorOfARemovedWordIsThereWhenTheWordIsBack() {
    assertThat(describe(after)).containsExactly(write("upsert", GONE));
    assertThat(words.get(GONE.id()).document()).isEqualTo(SavepointHistory.hiddenDocument());
  }

  @Test
  void aFileThatWasRedrivenIsNotReadAgainButANewOneIs() {
    assertThat(run.count("letters_redriven")).isEqualTo(2);
  }

  @Test
  void aShardThatWasReadToItsEndIsNotReadAgain() {
    assertThat(callsOfFinishedShard).isZero();
  }

  @Test
  void countersGoOnFromWhereTheyWere() {
    assertThat(run.count("items_read"))
        .isEqualTo(readBefore() + SavepointHistory.nothingNew().size() + 2);
    assertThat(run.count("items_ignored")).isEqualTo(2);
    assertThat(run.count("items_rejected")).isEqualTo(2);
    assertThat(run.count("runs_completed")).isEqualTo(8);
    new Accounting(run::count).assertHolds();
  }

  @Test
  void deadLettersOfBeforeAreKept() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER.resolve(LETTERS))) {
      assertThat(files.filter(Files::isRegularFile))
          .as("one of each run, none of them left in progress")
          .hasSize(2)
          .noneMatch(file -> file.getFileName().toString().startsWith("."));
    }
  }

  /** Leaves something in the state of every operator, and stops. */
  private static void write(MiniCluster cluster) throws Exception {
    delete(FOLDER);
    redrive("DATE");
    try (WholeJob job = start(Map.of())) {
      SavepointHistory.holdUp(job);
      tellBeginning(job);
      ClusterRun first = ClusterRun.start(cluster, COUNTERS, null, job);
      first.await(() -> first.count("runs_completed") == 2);
      first.await(() -> first.count(Accounting.OUTCOMES) == readBefore() - 1);
      split(job);
      first.await(() -> first.count(Accounting.OUTCOMES) == readBefore());
      Path savepoint = first.stop(NAME + "/savepoints");
      copy(savepoint, SAVEPOINT);
      copy(FOLDER.resolve(LETTERS), SAVEPOINT.resolve(LETTERS));
    }
  }

  /** Of the stream, and one letter. */
  private static int readBefore() {
    return SavepointHistory.beginning().size() + 2 + 1;
  }

  private static WholeJob start(Map<String, String> window) throws IOException {
    WholeJob job = WholeJob.start(URI.create(NAME + "/" + LETTERS), window);
    SavepointHistory.upload(job);
    return job;
  }

  private static void tellBeginning(WholeJob job) {
    SavepointHistory.beginning().forEach(job.stream::put);
    job.stream.put(SavepointHistory.slowRun());
  }

  /** Returns the shard that ends here. */
  private static String split(WholeJob job) {
    String shard = job.stream.openShards().get(0);
    job.stream.split(shard);
    job.stream.put(SavepointHistory.last());
    return shard;
  }

  private static void redrive(String label) throws IOException {
    Path folder = Files.createDirectories(FOLDER.resolve(LETTERS + "-redrive"));
    Path written = Files.writeString(FOLDER.resolve(label), SavepointHistory.letter(label));
    Files.move(written, folder.resolve(label + ".jsonl"));
  }

  /** What was written of records. */
  private static List<Write> writes(WholeJob job) {
    return job.chroma.writes().stream()
        .filter(write -> !write.ids().contains("chromasync-probe"))
        .toList();
  }

  /** Whether a record was told to have a label. */
  private static boolean tells(WholeJob job, RecordKey record, String label) {
    return writes(job).stream()
        .filter(write -> write.ids().contains(record.id()))
        .anyMatch(write -> write.body().contains("\"%s\"]".formatted(label)));
  }

  /** A line for each record: several may share a request. */
  private static List<String> describe(List<Write> writes) {
    return writes.stream().flatMap(SavepointTest::describe).toList();
  }

  private static Stream<String> describe(Write write) {
    String what = "%s of %s ".formatted(write.operation(), write.collection());
    boolean sweeps = write.ids().isEmpty();
    return sweeps ? Stream.of(what + write.body()) : write.ids().stream().map(id -> what + id);
  }

  private static String write(String operation, RecordKey record) {
    String collection = record.collection().name().toLowerCase(Locale.ROOT);
    return "%s of %s %s".formatted(operation, collection, record.id());
  }

  private static Set<String> uidsWithState() throws IOException {
    Path file = SAVEPOINT.resolve("_metadata");
    try (DataInputStream metadata = new DataInputStream(Files.newInputStream(file))) {
      return Checkpoints.loadCheckpointMetadata(
              metadata, SavepointTest.class.getClassLoader(), file.toString())
          .getOperatorStates()
          .stream()
          .filter(state -> state.getStateSize() > 0)
          .map(OperatorState::getOperatorUid)
          .map(uid -> uid.orElse("none"))
          .collect(Collectors.toSet());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
