package io.chromasync.snapshot.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.ItemKey;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableSnapshot;
import io.chromasync.receipts.Receipts;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.CutTable;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.SnapshotStep;
import io.chromasync.snapshot.TableReader;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Scans of a table that cuts partitions between its segments. */
class ScanPagesTest {

  private static final ScanPages.Reading READING =
      new ScanPages.Reading(Duration.ofSeconds(60), RetryPolicy.FOUR_MINUTES, Clock.systemUTC());

  /** However it is cut, and wherever reading goes on, no part of a partition is told as all. */
  @Test
  void everyPartitionIsToldAndOnlyWhole() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      String story = "-Dseed=%s, round %s".formatted(seed, round);
      List<ItemKey> items = items(random);
      List<Integer> cuts = cuts(items.size(), random);
      List<TableSnapshot> said = new ArrayList<>();
      for (int segment = 0; segment < cuts.size() - 1; segment++) {
        Segment split = new Segment("scan", segment, cuts.size() - 1, null);
        CutTable table = new CutTable(items, cuts, random);
        List<SnapshotStep> begun = read(table, split);
        List<SnapshotStep> kept = begun.subList(0, random.nextInt(begun.size() + 1));
        said.addAll(snapshots(kept));
        Segment reached = kept.isEmpty() ? split : (Segment) kept.get(kept.size() - 1).reached();
        said.addAll(snapshots(read(table, reached)));
      }

      Map<String, Set<String>> expected = images(items);
      assertThat(said)
          .as(story)
          .allSatisfy(
              snapshot -> {
                assertThat(snapshot.items()).doesNotHaveDuplicates();
                assertThat(sortKeys(snapshot)).isEqualTo(expected.get(snapshot.partition()));
              });
      assertThat(new HashSet<>(said.stream().map(TableSnapshot::partition).toList()))
          .as(story)
          .isEqualTo(expected.keySet());
    }
  }

  private static List<SnapshotStep> read(CutTable client, Segment split) throws IOException {
    TableReader table = new TableReader(client, "T", new Receipts());
    SnapshotMetrics metrics = SnapshotMetrics.register(new UnregisteredMetricsGroup());
    ScanPages pages = new ScanPages(table, READING, new ReadBudget(), metrics);
    pages.add(split);
    List<SnapshotStep> steps = new ArrayList<>();
    while (true) {
      RecordsWithSplitIds<SnapshotStep> records = pages.fetch();
      while (records.nextSplit() != null) {
        SnapshotStep step = records.nextRecordFromSplit();
        while (step != null) {
          steps.add(step);
          step = records.nextRecordFromSplit();
        }
      }
      if (!records.finishedSplits().isEmpty()) {
        return steps;
      }
    }
  }

  private static List<TableSnapshot> snapshots(List<SnapshotStep> steps) {
    return steps.stream()
        .map(SnapshotStep::part)
        .filter(part -> part != null)
        .map(SnapshotPart::items)
        .toList();
  }

  private static Set<String> sortKeys(TableSnapshot snapshot) {
    Set<String> keys = new TreeSet<>();
    snapshot
        .items()
        .forEach(item -> keys.add(item.replaceAll(".*\"SK\":\\{\"S\":\"(\\d+)\".*", "$1")));
    return keys;
  }

  private static List<ItemKey> items(Random random) {
    return IntStream.range(0, random.nextInt(5))
        .boxed()
        .flatMap(
            partition -> {
              String key = (random.nextInt(4) == 0 ? "OTHER#" : "IMAGE#") + partition;
              return IntStream.range(0, 1 + random.nextInt(12))
                  .mapToObj(item -> new ItemKey(key, String.format(Locale.ROOT, "%02d", item)));
            })
        .toList();
  }

  private static List<Integer> cuts(int items, Random random) {
    Stream<Integer> inner = random.ints(random.nextInt(4), 0, items + 1).boxed().sorted();
    return Stream.of(Stream.of(0), inner, Stream.of(items)).flatMap(part -> part).toList();
  }

  private static Map<String, Set<String>> images(List<ItemKey> items) {
    Map<String, Set<String>> images = new HashMap<>();
    for (ItemKey key : items) {
      if (new Receipts().partition(key.partitionKey()) != null) {
        images
            .computeIfAbsent(new Receipts().partition(key.partitionKey()), image -> new TreeSet<>())
            .add(key.sortKey());
      }
    }
    return images;
  }
}
