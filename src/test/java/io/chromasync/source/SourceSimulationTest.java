package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.ItemChange;
import io.chromasync.source.lineage.Proof;
import io.chromasync.testing.FakeStreams;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a stream and of a job that reads it, against what the stream was told.
 *
 * <p>{@code -Dseed=…} replays one; {@code -Dseeds=…} tries more.
 */
@Timeout(300)
class SourceSimulationTest {

  private static final int STEPS = 80;
  private static final int KEYS = 12;

  @BeforeAll
  static void warmUp() {
    WarmNetty.up();
  }

  static LongStream seeds() {
    Long seed = Long.getLong("seed");
    int seeds = Integer.getInteger("seeds", 3);
    return seed != null
        ? LongStream.of(seed)
        : new Random().longs(seeds).map(number -> number & 0xffff_ffffL);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void whateverHappensEveryRecordThatWasNotTrimmedIsDeliveredInOrderAndOnce(long seed)
      throws Exception {
    try (History history = new History(seed, false)) {
      history.run();

      List<ItemChange> delivered = history.deliveredAtLast();
      assertThat(history.missing(delivered)).as("lost, seed=%s", seed).isEmpty();
      history.assertEveryLossIsAGap(delivered);
      sequencesByKey(delivered)
          .forEach(
              (key, sequences) ->
                  assertThat(sequences)
                      .as("order of %s, seed=%s", key, seed)
                      .isSortedAccordingTo(Comparator.naturalOrder())
                      .doesNotHaveDuplicates());
    }
  }

  /**
   * When one reader alone starts again, a parent may be read again while its child goes on
   * elsewhere: there is no order between them then, and versions have to make up for it.
   */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void whenReadersFailAloneEveryRecordIsStillDelivered(long seed) throws Exception {
    try (History history = new History(seed, true)) {
      history.run();

      List<ItemChange> delivered = history.deliveredAtLast();
      assertThat(history.missing(delivered)).as("lost, seed=%s", seed).isEmpty();
      history.assertEveryLossIsAGap(delivered);
    }
  }

  private static Map<String, List<BigInteger>> sequencesByKey(List<ItemChange> changes) {
    return changes.stream()
        .collect(
            Collectors.groupingBy(
                ItemChange::partitionKey,
                Collectors.mapping(
                    change -> new BigInteger(change.version().sequence()), Collectors.toList())));
  }

  /** A stream, a job, and what happens to them. */
  private static final class History implements AutoCloseable {

    private final Random random;
    private final boolean readersFailAlone;
    private final FakeStreams stream;
    private final SimulatedJob job;
    private volatile Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final List<String> put = new ArrayList<>();
    private final Map<String, Long> createdMillis = new HashMap<>();
    private final Set<String> trimmed = new HashSet<>();
    private boolean switched;

    History(long seed, boolean readersFailAlone) {
      System.err.println("SourceSimulationTest seed=" + seed);
      this.random = new Random(seed);
      this.readersFailAlone = readersFailAlone;
      this.stream = FakeStreams.start(1 + random.nextInt(3), seed);
      stream.recordsPerPage(1 + random.nextInt(4));
      this.job = new SimulatedJob(stream.endpoint(), () -> now, 1 + random.nextInt(3));
      job.onWatermark(this::checkWatermark);
    }

    void run() throws Exception {
      job.step(); // lists the shards: from now on, everything is owed
      job.checkpoint(true);
      for (int i = 0; i < STEPS; i++) {
        happen();
        pass(Duration.ofMinutes(random.nextInt(10)));
        job.step();
      }
    }

    private void happen() throws Exception {
      switch (random.nextInt(20)) {
        case 0 -> stream.rotate(pick(stream.openShards()));
        case 1 -> stream.split(pick(stream.openShards()));
        case 2 -> stream.expireIterators();
        case 3 -> stream.throttle(random.nextInt(6));
        case 4 -> stream.fail(random.nextInt(4));
        case 5 -> stream.answerEmpty(random.nextInt(6));
        case 6 -> stream.listIncompletely(random.nextInt(Proof.LISTINGS));
        case 7 -> pass(Duration.ofHours(random.nextInt(8)));
        case 8 -> sleep();
        case 9, 10, 11 -> job.checkpoint(random.nextInt(4) > 0);
        case 12 -> job.restore(1 + random.nextInt(3));
        case 13 -> failReader();
        case 14 -> switchStream();
        default -> put();
      }
    }

    /** Time goes by, and the stream forgets what is older than a day; sometimes nobody reads. */
    private void pass(Duration time) {
      now = now.plus(time);
      trimmed.addAll(stream.forget(now));
    }

    private void put() {
      Instant created = now;
      for (int i = random.nextInt(6); i >= 0; i--) {
        String sequence = stream.put("key" + random.nextInt(KEYS), "v" + put.size(), created);
        put.add(sequence);
        createdMillis.put(sequence, created.toEpochMilli());
      }
    }

    /** The job is down, or held up, for hours, in which the table changes. */
    private void sleep() {
      for (int naps = random.nextInt(7); naps > 0; naps--) {
        pass(Duration.ofHours(5));
        put();
        if (random.nextInt(4) == 0) {
          stream.rotate(pick(stream.openShards()));
        }
      }
      if (random.nextBoolean()) {
        job.restore(1 + random.nextInt(3));
      }
    }

    /** Once, because of streams in between the job would see none. */
    private void switchStream() throws Exception {
      if (!switched) {
        switched = true;
        stream.disable();
        pass(Duration.ofMinutes(random.nextInt(200)));
        String arn = stream.enable(1 + random.nextInt(3), now);
        put();
        job.restore(1 + random.nextInt(3), arn);
      }
    }

    private void failReader() throws Exception {
      if (readersFailAlone) {
        job.failReader(random.nextInt(job.parallelism()));
      } else {
        job.failAll();
      }
    }

    /** Steps on until all is there, or nothing more comes for long. */
    List<ItemChange> deliveredAtLast() throws Exception {
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (!missing(job.delivered()).isEmpty() && System.nanoTime() < deadline) {
        now = now.plusSeconds(1);
        job.step();
      }
      return job.delivered();
    }

    /** Nothing that is not newer is missing, whichever reader says so. */
    private void checkWatermark(long millis) {
      Set<String> missing = missing(job.delivered());
      missing.removeIf(sequence -> createdMillis.get(sequence) > millis);
      if (!missing.isEmpty()) {
        throw new AssertionError(
            "the watermark %s is early, without %s"
                .formatted(Instant.ofEpochMilli(millis), missing));
      }
    }

    /** What was trimmed before it was delivered. */
    Set<String> lost(List<ItemChange> delivered) {
      Set<String> lost = new HashSet<>(trimmed);
      delivered.forEach(change -> lost.remove(change.version().sequence()));
      return lost;
    }

    Set<String> missing(List<ItemChange> delivered) {
      Set<String> missing = new HashSet<>(put);
      missing.removeAll(trimmed);
      delivered.forEach(change -> missing.remove(change.version().sequence()));
      return missing;
    }

    void assertEveryLossIsAGap(List<ItemChange> delivered) {
      if (!lost(delivered).isEmpty()) {
        assertThat(job.gaps()).as("gaps, as %s were lost", lost(delivered)).isPositive();
      }
    }

    private String pick(List<String> from) {
      return from.get(random.nextInt(from.size()));
    }

    @Override
    public void close() {
      job.close();
      stream.close();
    }
  }
}
