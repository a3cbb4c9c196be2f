package io.chromasync.source.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.kinesis.KinesisRecords;
import io.chromasync.source.lineage.LineageState.Status;
import io.chromasync.source.lineage.LineageState.TrackedShard;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * A job that is moved between the table's own stream and Kinesis, at any moment and as often as it
 * may be, ends with the newest change of every item, as the greatest version says it, though the
 * two streams give a change different versions, and Kinesis brings changes late, twice and in any
 * order.
 */
class StreamMigrationLaws {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Shard SHARD = new Shard("shard", List.of());
  private static final List<ChronoUnit> ROUNDED = List.of(ChronoUnit.SECONDS, ChronoUnit.MINUTES);

  @Property(tries = 3000)
  void theNewestChangeOfEveryItemIsLast(@ForAll long seed) {
    Random random = new Random(seed);
    Travel travel = new Travel(changes(random), random);

    travel.followTable(random.nextInt(travel.table.size() + 1));
    for (int moves = random.nextInt(4); moves > 0; moves--) {
      travel.move(random.nextInt(travel.table.size() + 1));
    }
    travel.readOn(travel.table.size());

    assertThat(travel.state).as("seed " + seed).isEqualTo(travel.newest());
  }

  @Example
  void aChangeThatOnlyTheTableStreamBringsIsNewerThanOneOfItsSecondThatKinesisBrought() {
    // Given: two changes in a second, of which the first came by Kinesis
    List<Change> table =
        List.of(
            new Change(1, 0, at(-90_000_000)),
            new Change(2, 0, at(5_300_000)),
            new Change(3, 0, at(5_800_000)));
    Travel travel = new Travel(table, new Random(1));
    travel.followTable(1);
    travel.move(2);
    assertThat(travel.state.get(0).version().micros()).isEqualTo(at(5_300_000));

    // When
    travel.move(3);

    // Then: as it is told, it would be older
    assertThat(travel.told(table.get(2)).change().version())
        .isLessThan(new Version(at(5_300_000), ""));
    assertThat(travel.state).isEqualTo(travel.newest());
  }

  /** A change of an item, by its number in the table's history. */
  private record Change(int number, int item, long micros) {}

  /** What is known of an item: its newest version, and the change it was given for. */
  private record Known(Version version, int number) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Known known && known.number == number;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  /** A job, its position and what it knows, on its way through a history. */
  private static final class Travel {

    private final List<Change> table;
    private final Random random;
    private final ChronoUnit rounded;
    private final String precision;
    private final Map<Integer, Known> state = new HashMap<>();
    private boolean kinesis;
    private long readToMillis;
    private long fromMillis;
    private long roundUpMillis;
    private int read;

    private Travel(List<Change> table, Random random) {
      this.table = table;
      this.random = random;
      this.rounded = ROUNDED.get(random.nextInt(2));
      this.precision = random.nextBoolean() ? "MICROSECOND" : "MILLISECOND";
      this.readToMillis = Math.floorDiv(table.get(0).micros(), 1000) - 3_600_000;
    }

    private Map<Integer, Known> newest() {
      Map<Integer, Known> newest = new HashMap<>();
      table.forEach(change -> newest.put(change.item(), new Known(null, change.number())));
      return newest;
    }

    /** Reads the table's own stream in order, from its oldest record. */
    private void followTable(int to) {
      readOn(to);
    }

    /** Stops, goes on with the other stream, and reads it until the table had so many changes. */
    private void move(int to) {
      Lineage lineage = lineage();
      if (lineage.isRoundedUp()) {
        return;
      }
      StreamMigration move = StreamMigration.of(lineage, "other", kinesis, NOON);
      kinesis = !kinesis;
      fromMillis = move.fromMillis();
      readToMillis = move.readToMillis();
      roundUpMillis = move.roundUpMillis();
      read = Math.max(read, to);
      readOn(read);
    }

    private Lineage lineage() {
      Position position = new Position("1", readToMillis, fromMillis, true);
      ShardSplit split = new ShardSplit("one", SHARD, position, false, roundUpMillis);
      List<TrackedShard> shards = List.of(new TrackedShard(split, Status.ASSIGNED, 0));
      return Lineage.restored(
          new LineageState("one", 0L, readToMillis, shards, GapTotal.NONE, roundUpMillis, null),
          StartPosition.TRIM_HORIZON);
    }

    private void readOn(int to) {
      read = Math.max(read, to);
      if (kinesis) {
        arrivals(table.subList(0, read)).forEach(this::take);
      } else {
        table.subList(0, read).stream().map(this::told).forEach(this::take);
      }
    }

    /** The table's stream is in order, and its times are rounded down. */
    private ShardRecord told(Change change) {
      Instant time = instant(change.micros()).truncatedTo(rounded);
      Version version =
          new Version(time.toEpochMilli() * 1000, "1" + "0".repeat(20) + (1000 + change.number()));
      return new ShardRecord(
          version.sequence(), time.toEpochMilli(), item(change.number(), change.item(), version));
    }

    /** Kinesis has them late and some twice, in the order of arrival. */
    private List<ShardRecord> arrivals(List<Change> changes) {
      List<ShardRecord> records = new ArrayList<>();
      for (Change change : changes) {
        records.add(arrival(change));
        if (random.nextInt(4) == 0) {
          records.add(arrival(change));
        }
      }
      records.sort(Comparator.comparing(ShardRecord::createdMillis));
      return records;
    }

    private ShardRecord arrival(Change change) {
      boolean millis = precision.equals("MILLISECOND");
      String payload =
          """
          {"eventName":"MODIFY","dynamodb":{"ApproximateCreationDateTime":%s,
           "ApproximateCreationDateTimePrecision":"%s","Keys":{"PK":{"S":"%s"}},
           "NewImage":{"n":{"N":"%s"}}}}"""
              .formatted(
                  millis ? change.micros() / 1000 : change.micros(),
                  precision,
                  change.item(),
                  change.number());
      return KinesisRecords.read(
          Record.builder()
              .sequenceNumber("1")
              .approximateArrivalTimestamp(
                  instant(change.micros()).plusMillis(1 + random.nextInt(20_000)))
              .data(SdkBytes.fromString(payload, StandardCharsets.UTF_8))
              .build(),
          "origin",
          null,
          ItemFilter.ALL);
    }

    private void take(ShardRecord record) {
      if (record.createdMillis() < fromMillis) {
        return;
      }
      readToMillis = Math.max(readToMillis, record.createdMillis());
      ShardSplit split = ShardSplit.unread("stream", SHARD, Position.start(0, NOON), roundUpMillis);
      ItemChange change = split.versioned(record);
      int number = Integer.parseInt(change.newItem().replaceAll("\\D", ""));
      Known known = new Known(change.version(), number);
      state.merge(
          Integer.valueOf(change.partitionKey()),
          known,
          (one, other) -> other.version().isAfter(one.version()) ? other : one);
    }

    private static ItemChange item(int number, int item, Version version) {
      String newItem = "{\"n\":{\"N\":\"%s\"}}".formatted(number);
      return new ItemChange(
          Operation.MODIFY, String.valueOf(item), null, newItem, null, version, "origin");
    }
  }

  /**
   * Some minutes of a table, mostly several changes of an item in a second and never two in a
   * millisecond: Kinesis may be told to give no finer times, which leaves those without an order.
   */
  private static List<Change> changes(Random random) {
    List<Change> changes = new ArrayList<>();
    long micros = at(1000L * random.nextInt(60_000));
    int count = 2 + random.nextInt(60);
    for (int number = 0; number < count; number++) {
      micros += 1000L * (1 + random.nextInt(random.nextInt(8) == 0 ? 60_000 : 400));
      changes.add(new Change(number, random.nextInt(3), micros + random.nextInt(1000)));
    }
    return changes;
  }

  private static long at(long micros) {
    return NOON.toEpochMilli() * 1000 + micros;
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
