package io.chromasync.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.chroma.client.RecordSource;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.DomainCollection;
import io.chromasync.ops.audit.Part.Line;
import io.chromasync.receipts.ReceiptTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of a collection from which records are deleted between any two pages. */
final class ChromaScanTest {

  private static final DomainCollection WORDS = new ReceiptTree().of(ReceiptTree.WORDS);
  private static final int RECORDS = 3_000;

  @TempDir private Path folder;
  private final Moving server = new Moving();

  @Test
  void noRecordThatStaysIsSkippedWhileOthersAreDeleted() throws Exception {
    long seed = System.nanoTime();
    server.deletes = new Random(seed);

    ChromaScan scan = scan();
    scan.read();

    assertThat(scan.unverified()).isEmpty();
    assertThat(read()).as("seed %s", seed).containsAll(server.ids);
    assertThat(server.skipped).as("pages did skip records, seed %s", seed).isTrue();
  }

  @Test
  void aPassMakesUpForAPageThatFails() throws Exception {
    server.failures.add(600L);

    ChromaScan scan = scan();
    scan.read();

    assertThat(scan.unverified()).isEmpty();
    assertThat(read()).hasSize(RECORDS);
  }

  @Test
  void whatFailsTwiceIsUnverified() throws Exception {
    server.failures.add(600L);
    server.failsForIdsFrom = 500;

    ChromaScan scan = scan();
    scan.read();

    assertThat(scan.unverified())
        .extracting(AuditReport.Unverified::range)
        .anyMatch(range -> range.equals("words from offset 600 to 900"))
        .anyMatch(range -> range.startsWith("words from offset "));
    assertThat(scan.unverified()).allMatch(range -> range.reason().contains("no such page"));
    assertThat(read()).hasSize(RECORDS - RecordSource.PAGE);
  }

  @Test
  void aServerThatFailsForGoodEndsTheReading() throws Exception {
    server.failures.addAll(IntStream.range(2, 20).mapToObj(page -> page * 300L).toList());
    server.failsForIdsFrom = 500;

    ChromaScan scan = scan();
    scan.read();

    assertThat(scan.unverified())
        .extracting(AuditReport.Unverified::range)
        .contains("words from offset 1,200");
    assertThat(read()).hasSize(600);
  }

  @Test
  void aCompletedReadingIsNotRepeated() throws Exception {
    scan().read();
    server.failures.addAll(IntStream.range(0, 20).mapToObj(page -> page * 300L).toList());

    ChromaScan again = scan();
    again.read();

    assertThat(again.unverified()).isEmpty();
    assertThat(read()).hasSize(RECORDS);
  }

  private ChromaScan scan() throws IOException {
    return new ChromaScan(
        server,
        time -> true,
        WORDS,
        false,
        work(),
        new Progress(new PrintWriter(new StringWriter()), InstantSource.system()),
        InstantSource.system());
  }

  private WorkFolder work() throws IOException {
    return WorkFolder.open(folder, JsonNodeFactory.instance.objectNode());
  }

  private Set<String> read() throws IOException {
    Set<String> ids = new TreeSet<>();
    for (int bucket = 0; bucket < Part.BUCKETS; bucket++) {
      for (Line line : work().bucket(ChromaScan.READING, bucket)) {
        ids.add(ChromaLine.parse(line).id());
      }
    }
    return ids;
  }

  /** Server whose records move. */
  private static final class Moving implements RecordSource {

    private final List<String> ids =
        new ArrayList<>(IntStream.range(0, RECORDS).mapToObj(i -> "id-" + i).toList());
    private final Set<Long> failures = new TreeSet<>();
    private Random deletes;
    private boolean skipped;
    private long failsForIdsFrom = Long.MAX_VALUE;

    @Override
    public long count(DomainCollection collection) {
      return ids.size();
    }

    @Override
    public List<Found> page(DomainCollection collection, long offset, int limit, boolean vectors) {
      if (failures.contains(offset)) {
        throw new InvalidSettings("no such page");
      }
      List<Found> page = part(offset, limit).stream().map(Moving::found).toList();
      if (deletes != null && offset > 0 && deletes.nextInt(3) == 0) {
        ids.remove(deletes.nextInt((int) Math.min(offset, ids.size())));
        skipped = true;
      }
      return page;
    }

    @Override
    public List<String> ids(DomainCollection collection, long offset, int limit) {
      if (offset + limit > failsForIdsFrom) {
        throw new InvalidSettings("no such page");
      }
      return List.copyOf(part(offset, limit));
    }

    @Override
    public Map<String, Found> byId(
        DomainCollection collection, Collection<String> wanted, boolean vectors) {
      Map<String, Found> found = new TreeMap<>();
      wanted.stream().filter(ids::contains).forEach(id -> found.put(id, found(id)));
      return found;
    }

    private List<String> part(long offset, int limit) {
      int from = (int) Math.min(offset, ids.size());
      return ids.subList(from, Math.min(from + limit, ids.size()));
    }

    private static Found found(String id) {
      return new Found(id, JsonNodeFactory.instance.objectNode().put("image_id", "a"), null, null);
    }

    @Override
    public List<Near> nearest(DomainCollection collection, float[] vector, int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double ownDistance(DomainCollection collection, float[] vector) {
      throw new UnsupportedOperationException();
    }
  }
}
