package io.chromasync.ops.audit;

import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.ops.TableFacts;
import io.chromasync.ops.audit.Part.Line;
import io.chromasync.resolve.PartitionDump;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Compares everything that was read, one bucket at a time. What differs is only suspect: the three
 * sides were read at different times.
 */
final class Comparison {

  private final Domain domain;
  private final PartitionAudit audit;
  private final UnaryOperator<String> nameOf;
  private final WorkFolder work;
  private final Progress progress;
  private final String table;

  /**
   * @param nameOf from a collection of the domain to its name in Chroma
   * @param table name of the table
   */
  Comparison(
      Domain domain,
      PartitionAudit audit,
      UnaryOperator<String> nameOf,
      WorkFolder work,
      Progress progress,
      String table) {
    this.domain = domain;
    this.audit = audit;
    this.nameOf = nameOf;
    this.work = work;
    this.progress = progress;
    this.table = table;
  }

  /**
   * Compares all buckets. Partitions that agree are counted; partitions that do not are returned. A
   * partition without a state is unverified, and not compared.
   */
  Suspects compare(Tally tally) throws IOException {
    progress.begin("compare", "partitions");
    Suspects suspects = new Suspects();
    for (int bucket = 0; bucket < Part.BUCKETS; bucket++) {
      compare(new Bucket(bucket), tally, suspects);
    }
    return suspects;
  }

  private void compare(Bucket bucket, Tally tally, Suspects suspects) {
    for (String partition : bucket.partitions()) {
      List<ChromaLine> records = bucket.chroma.getOrDefault(partition, List.of());
      if (partition.isEmpty()) {
        suspects.add(
            partition,
            records.stream()
                .map(
                    record ->
                        PartitionAudit.foreign(record, nameOf.apply(record.collection().name())))
                .toList());
        continue;
      }
      PartitionDump state = bucket.states.get(partition);
      if (state == null) {
        continue;
      }
      PartitionAudit.Result result =
          audit.compare(
              state,
              TableFacts.of(
                  domain, partition, bucket.items.getOrDefault(partition, List.of()), table),
              byCollection(records));
      if (result.findings().isEmpty()) {
        tally.partition(result, nameOf);
      } else {
        suspects.add(partition, result.findings());
      }
      progress.add(1, 0);
    }
  }

  static Map<CollectionName, Map<String, ChromaLine>> byCollection(Iterable<ChromaLine> records) {
    Map<CollectionName, Map<String, ChromaLine>> all = new HashMap<>();
    for (ChromaLine record : records) {
      all.computeIfAbsent(record.collection(), any -> new HashMap<>()).put(record.id(), record);
    }
    return all;
  }

  /** Partitions of one bucket, as they were read. */
  private final class Bucket {

    private final Map<String, List<String>> items = new HashMap<>();
    private final Map<String, List<ChromaLine>> chroma = new HashMap<>();
    private final Map<String, PartitionDump> states = new HashMap<>();

    Bucket(int number) throws IOException {
      for (Line line : work.bucket(TableScan.READING, number)) {
        items.computeIfAbsent(line.partition(), any -> new ArrayList<>()).add(line.text());
      }
      for (Line line : work.bucket(ChromaScan.READING, number)) {
        chroma
            .computeIfAbsent(line.partition(), any -> new ArrayList<>())
            .add(ChromaLine.parse(line));
      }
      for (Line line : work.bucket(StateReading.READING, number)) {
        states.put(line.partition(), PartitionDump.parse(line.text(), domain.tree()));
      }
    }

    Set<String> partitions() {
      Set<String> all = new TreeSet<>(items.keySet());
      all.addAll(chroma.keySet());
      all.addAll(states.keySet());
      return all;
    }
  }
}
