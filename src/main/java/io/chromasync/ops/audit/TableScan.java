package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.model.ItemKey;
import io.chromasync.ops.audit.Part.Line;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.TablePage;
import io.chromasync.snapshot.TablePage.TableRow;
import io.chromasync.snapshot.TableReader;
import io.chromasync.snapshot.scan.ReadBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Reads the whole table into parts, by a parallel scan with consistent reads. */
final class TableScan {

  /** Beginning of the names of its readings. */
  static final String READING = "table";

  private static final int SEGMENTS = 4;
  private static final int ROWS_PER_PART = 5_000;

  private final TableReader table;
  private final ReadBudget budget;
  private final WorkFolder work;
  private final Progress progress;

  /**
   * @param budget of read units
   */
  TableScan(TableReader table, ReadBudget budget, WorkFolder work, Progress progress) {
    this.table = table;
    this.budget = budget;
    this.work = work;
    this.progress = progress;
  }

  /**
   * Reads what is not yet there.
   *
   * @throws IOException if the table cannot be read
   */
  void read() throws IOException {
    progress.begin("table", "items");
    ExecutorService threads = Executors.newFixedThreadPool(SEGMENTS);
    try {
      List<Future<Void>> segments = new ArrayList<>();
      for (int i = 0; i < SEGMENTS; i++) {
        int index = i;
        segments.add(
            threads.submit(
                () -> {
                  read(index);
                  return null;
                }));
      }
      for (Future<Void> segment : segments) {
        segment.get();
      }
    } catch (ExecutionException e) {
      Throwable cause =
          e.getCause() instanceof CompletionException failed ? failed.getCause() : e.getCause();
      throw new IOException(
          "Table %s cannot be read: %s".formatted(table.table(), cause.getMessage()), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while the table was read", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private void read(int index) throws IOException, InterruptedException {
    String reading = READING + index;
    List<Part> done = work.parts(reading);
    progress.add(done.stream().mapToLong(Part::count).sum(), 0);
    Part last = done.isEmpty() ? null : done.get(done.size() - 1);
    if (last != null && last.next() == null) {
      return;
    }
    ItemKey after = last == null ? null : key(last.next());
    int number = done.size();
    List<Line> lines = new ArrayList<>();
    do {
      TimeUnit.NANOSECONDS.sleep(budget.pause(System.nanoTime()).toNanos());
      TablePage page =
          table.scan(new Segment("audit", index, SEGMENTS, null), after, budget.limit()).join();
      budget.spent(page.units(), page.rows().size(), System.nanoTime());
      page.rows().forEach(row -> add(row, lines));
      progress.add(page.rows().size(), 0);
      after = page.next();
      if (after == null || lines.size() >= ROWS_PER_PART) {
        work.write(reading, number, json(after), lines);
        number++;
        lines.clear();
      }
    } while (after != null);
  }

  /** Adds an item of the domain; other items of the table are skipped. */
  private void add(TableRow row, List<Line> lines) {
    String partition = table.layout().partition(row.key().partitionKey());
    if (partition != null) {
      lines.add(new Line(partition, row.json()));
    }
  }

  private static JsonNode json(ItemKey key) {
    return key == null
        ? null
        : JsonNodeFactory.instance.arrayNode().add(key.partitionKey()).add(key.sortKey());
  }

  private static ItemKey key(JsonNode json) {
    return new ItemKey(json.get(0).asText(), json.get(1).asText());
  }
}
