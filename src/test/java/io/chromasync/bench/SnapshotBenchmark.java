package io.chromasync.bench;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.Items;
import io.chromasync.testing.ResolveHarness;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * How fast readings of the table are mapped and merged: mapping and resolve in one thread, on
 * RocksDB, without a server. {@code SnapshotBenchmark IMAGES}: each has 1,000 items, of which 100
 * mean something, as words, their lines and labels do beside their letters.
 */
final class SnapshotBenchmark {

  private static final int ITEMS = 1_000;
  private static final int LINES = 10;
  private static final int WORDS = 5;
  private static final Version AS_OF = new Version(1_764_000_000_000_000L, "");

  private SnapshotBenchmark() {}

  // A harness's close() declares Exception.
  @SuppressWarnings("try")
  public static void main(String[] args) throws Exception {
    int images = Integer.parseInt(args[0]);
    long items = 0;
    long facts = 0;
    long mutations = 0;
    long nanos = 0;
    try (OneInputStreamOperatorTestHarness<SnapshotPart, ResolveInput> mapping =
            new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new MapSnapshots(new Receipts())));
        ResolveHarness resolve =
            new ResolveHarness(
                new ReceiptProjection(true),
                ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve")))) {
      mapping.open();
      resolve.open();
      for (int image = 0; image < images; image++) {
        TableSnapshot snapshot = snapshot(new UUID(image, 0x8000000000000000L).toString());
        long start = System.nanoTime();
        mapping.processElement(SnapshotPart.of(snapshot), 0);
        SnapshotFacts listed = mapping.extractOutputValues().get(0).listed();
        resolve.process(listed);
        nanos += System.nanoTime() - start;
        items += snapshot.items().size();
        facts += listed.facts().size();
        mutations += resolve.getOutput().size();
        mapping.getOutput().clear();
        resolve.getOutput().clear();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%,d items of %,d images, %,d facts, %,d mutations in %.1f s: %,.0f items/s%n",
        items,
        images,
        facts,
        mutations,
        nanos / 1e9,
        items / (nanos / 1e9));
  }

  private static TableSnapshot snapshot(String image) {
    List<String> items = new ArrayList<>();
    items.add(Items.image(image).json());
    items.add(Items.receipt(image, 1).json());
    for (int line = 1; line <= LINES; line++) {
      items.add(Items.line(image, 1, line, "line " + line).json());
      for (int word = 1; word <= WORDS; word++) {
        TableItem item = Items.word(image, 1, line, word, "word" + word);
        items.add(item.json());
        if (word <= 3) {
          items.add(
              Items.label(image, 1, line, word, "GRAND_TOTAL")
                  .status(ValidationStatus.VALID)
                  .json());
        }
      }
    }
    TableItem word = Items.word(image, 1, 1, 1, "word");
    for (int letter = 1; items.size() < ITEMS; letter++) {
      items.add(Items.letter(word, letter, "A").json());
    }
    return new TableSnapshot(image, AS_OF, Extent.PARTITION, items, List.of(), false, "benchmark");
  }
}
