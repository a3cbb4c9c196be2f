package io.chromasync.local;

import io.chromasync.local.Edits.Edit;
import io.chromasync.local.Sample.Image;
import io.chromasync.local.Sample.Line;
import io.chromasync.local.Sample.Receipt;
import io.chromasync.local.Sample.Word;
import io.chromasync.local.SampleTable.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Edits receipts as their producers do, and brings back some of what was removed, vectors included.
 *
 * <p>A vector that the batch path puts straight into Chroma is unknown to the job, which cannot
 * write it again. So, as with a batch path that takes hours, what was removed comes back only when
 * Chroma has shown the removal and a checkpoint was completed after that: no restart can repeat the
 * removal then. Vectors are put first and items last, so that the job's metadata finds a record.
 *
 * <p>Used by one thread.
 */
final class Traffic {

  private static final int TRANSACTION = 25;

  private final SampleTable table;
  private final ChromaCollections chroma;
  private final InstantSource clock;
  private final Edits edits;
  private final SampleReceipts samples;
  private final Random random;
  private final Map<String, Image> images = new TreeMap<>();
  private final List<Removal> removals = new ArrayList<>();
  private long receipts;
  private int arriving = 100;
  private int count;

  Traffic(SampleTable table, ChromaCollections chroma, InstantSource clock, long seed) {
    this.table = table;
    this.chroma = chroma;
    this.clock = clock;
    this.edits = new Edits(seed);
    this.samples = new SampleReceipts(seed + 2);
    this.random = new Random(seed);
  }

  /**
   * Something that shall come back.
   *
   * @param written when the table had accepted the removal
   * @param shown when Chroma had shown it, null if it has not yet
   */
  private record Removal(Edit edit, Instant written, Instant shown) {}

  /** Puts the images' items into the table and their vectors into Chroma. */
  void load(List<Image> loaded) {
    for (Image image : loaded) {
      image.receipts().values().forEach(this::embed);
      table.write(Write.between(Map.of(), SampleItems.of(image)));
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

  /** One edit, or a new receipt in place of one that went for good. */
  void next() {
    long present = present();
    if (present < receipts && random.nextInt(20) == 0) {
      arrive();
      return;
    }
    Edit edit = edits.next(images.values());
    while (edit == null
        || (edit.removesReceipt() && present <= (receipts + 1) / 2)
        || !apply(edit)) {
      edit = edits.next(images.values());
    }
    if (edit.isRemoval() && random.nextInt(10) < 7) {
      removals.add(new Removal(edit, clock.instant(), null));
    }
  }

  private void arrive() {
    Image image = List.copyOf(images.values()).get(random.nextInt(images.size()));
    Receipt receipt = samples.receipt(image.id(), arriving++);
    embed(receipt);
    replace(image, image.with(receipt));
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

  /** Whether something that was removed has yet to come back. */
  boolean hasPending() {
    return !removals.isEmpty();
  }

  /**
   * Brings back what may come back now.
   *
   * @param shownUpTo everything the table accepted before this moment was read by the job
   * @param hasCheckpointSince whether a checkpoint that began after a moment is complete
   */
  void bringBack(Instant shownUpTo, Predicate<Instant> hasCheckpointSince) {
    List<Removal> waiting = new ArrayList<>();
    for (Iterator<Removal> all = removals.iterator(); all.hasNext(); all.remove()) {
      Removal removal = all.next();
      if (removal.shown() == null) {
        boolean shown = removal.written().isBefore(shownUpTo) && isGone(removal);
        waiting.add(
            shown ? new Removal(removal.edit(), removal.written(), clock.instant()) : removal);
      } else if (!hasCheckpointSince.test(removal.shown())) {
        waiting.add(removal);
      } else {
        comeBack(removal);
      }
    }
    removals.addAll(waiting);
  }

  private void comeBack(Removal removal) {
    Receipt before = removal.edit().before();
    Image image = images.get(before.image());
    if (removal.edit().removesReceipt()) {
      Receipt receipt = before.withPresent(true);
      embed(receipt);
      replace(image, image.with(receipt));
      return;
    }
    Receipt receipt = image.receipts().get(before.id());
    // A word of a receipt that is away stays away.
    if (receipt != null && receipt.present()) {
      Word word = removal.edit().removedWord();
      Line line = receipt.line(word.line());
      Receipt whole = receipt.with(line.with(word));
      String id = id(before, word);
      chroma.upsert(
          "words",
          BaseRecords.words(whole).stream().filter(record -> record.id().equals(id)).toList());
      replace(image, image.with(whole));
    }
  }

  /** Whether there was anything to write. */
  private boolean replace(Image before, Image after) {
    List<Write> writes = Write.between(SampleItems.of(before), SampleItems.of(after));
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

  private void embed(Receipt receipt) {
    chroma.upsert("words", BaseRecords.words(receipt));
    chroma.upsert("lines", BaseRecords.lines(receipt));
  }

  private boolean isGone(Removal removal) {
    Receipt receipt = removal.edit().before();
    if (!removal.edit().removesReceipt()) {
      return chroma.get("words", List.of(id(receipt, removal.edit().removedWord()))).isEmpty();
    }
    Stream<String> words = BaseRecords.words(receipt).stream().map(ChromaRecord::id);
    Stream<String> lines = BaseRecords.lines(receipt).stream().map(ChromaRecord::id);
    return chroma.get("words", words.toList()).isEmpty()
        && chroma.get("lines", lines.toList()).isEmpty();
  }

  private static String id(Receipt receipt, Word word) {
    return "IMAGE#%s#RECEIPT#%05d#LINE#%05d#WORD#%05d"
        .formatted(receipt.image(), receipt.id(), word.line(), word.id());
  }
}
