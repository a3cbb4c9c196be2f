package io.chromasync.local;

import io.chromasync.local.samples.Edits;
import io.chromasync.local.samples.Edits.Edit;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Word;
import io.chromasync.local.samples.SampleItems;
import io.chromasync.local.samples.SampleReceipts;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.samples.SampleTable.Write;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Edits receipts as their producers do, and later brings back some of what was removed. What comes,
 * or comes back, is embedded by a run of its own, as it was at that moment; the run follows when it
 * is ready, whatever happened meanwhile.
 *
 * <p>Used by one thread.
 */
final class Traffic {

  private static final int TRANSACTION = 25;

  /** One in so many edits brings something back. */
  private static final int RETURN = 60;

  private final SampleTable table;
  private final RunProducer runs;
  private final Edits edits;
  private final SampleReceipts samples;
  private final Random random;
  private final Map<String, Image> images = new TreeMap<>();
  private final Deque<Edit> removals = new ArrayDeque<>();
  private long receipts;
  private int arriving = 100;
  private int count;

  Traffic(SampleTable table, RunProducer runs, long seed) {
    this.table = table;
    this.runs = runs;
    this.edits = new Edits(seed);
    this.samples = new SampleReceipts(seed + 2);
    this.random = new Random(seed);
  }

  /** Puts the images' items into the table, and has their receipts embedded. */
  void load(List<Image> loaded) {
    for (Image image : loaded) {
      table.write(Write.between(Map.of(), SampleItems.of(image)));
      image.receipts().values().forEach(runs::embed);
    }
  }

  /** Lets these images be edited. */
  void edit(List<Image> editable) {
    editable.forEach(image -> images.put(image.id(), image));
    receipts = present();
  }

  /** How many edits there were, those that bring something back included. */
  int count() {
    return count;
  }

  /** One edit, something that comes back, or a new receipt in place of one that went for good. */
  void next() {
    if (!removals.isEmpty() && random.nextInt(RETURN) == 0) {
      comeBack(removals.getFirst().before());
      return;
    }
    long present = present();
    if (present < receipts && random.nextInt(20) == 0) {
      arrive();
      return;
    }
    edit(edit -> true);
  }

  /** One edit of what is there, of those that fit; nothing comes, so nothing is embedded. */
  void edit(Predicate<Edit> fits) {
    long present = present();
    Edit edit = edits.next(images.values());
    while (edit == null
        || !fits.test(edit)
        || (edit.removesReceipt() && present <= (receipts + 1) / 2)
        || !apply(edit)) {
      edit = edits.next(images.values());
    }
    if (edit.isRemoval() && random.nextInt(10) < 7) {
      removals.addLast(edit);
    }
  }

  /** Brings back all that has yet to come back. */
  void bringBack() {
    while (!removals.isEmpty()) {
      comeBack(removals.getFirst().before());
    }
  }

  private void arrive() {
    Image image = List.copyOf(images.values()).get(random.nextInt(images.size()));
    show(image, samples.receipt(image.id(), arriving++));
  }

  /** How many receipts can be edited. */
  private long present() {
    return images.values().stream()
        .flatMap(image -> image.receipts().values().stream())
        .filter(Receipt::present)
        .count();
  }

  private boolean apply(Edit edit) {
    Image image = images.get(edit.before().image());
    Receipt after = edit.after();
    return replace(image, after == null ? image.without(edit.before().id()) : image.with(after));
  }

  /** All that was removed of a receipt comes back, and one run embeds it. */
  private void comeBack(Receipt away) {
    Image image = images.get(away.image());
    Receipt receipt = image.receipts().get(away.id());
    for (Edit removal : removalsOf(away)) {
      if (removal.removesReceipt()) {
        receipt = removal.before().withPresent(true);
      } else if (receipt != null) {
        Word word = removal.removedWord();
        receipt = receipt.with(receipt.line(word.line()).with(word));
      }
    }
    // A word of a receipt that is away stays away.
    if (receipt != null && receipt.present()) {
      show(image, receipt);
    }
  }

  /** Takes them out of those that have yet to come back. */
  private List<Edit> removalsOf(Receipt receipt) {
    List<Edit> all =
        removals.stream()
            .filter(removal -> removal.before().image().equals(receipt.image()))
            .filter(removal -> removal.before().id() == receipt.id())
            .toList();
    removals.removeAll(all);
    return all;
  }

  private void show(Image image, Receipt receipt) {
    if (replace(image, image.with(receipt))) {
      runs.embed(receipt);
    }
  }

  /** Whether there was anything to write. */
  private boolean replace(Image before, Image after) {
    List<Write> writes =
        Write.between(SampleItems.of(before, after), SampleItems.of(after, before));
    if (writes.isEmpty()) {
      return false;
    }
    if (writes.size() <= TRANSACTION) {
      table.transact(writes);
    } else {
      table.write(writes);
    }
    images.put(after.id(), after);
    count++;
    return true;
  }
}
