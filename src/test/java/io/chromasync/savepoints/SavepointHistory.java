package io.chromasync.savepoints;

import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static io.chromasync.testing.ItemChanges.remove;

import io.chromasync.Run;
import io.chromasync.Runs;
import io.chromasync.WholeJob;
import io.chromasync.deadletters.DeadLetterJson;
import io.chromasync.local.deltas.EmptyDelta;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A history of one image that leaves something in the state of every operator of the job, and what
 * may come after it. Always the same: ids and times are constants. The times are long past, so that
 * a position in the stream is older than the stream's retention however new the savepoint is.
 *
 * <p>Line 7 of receipt 1 has a word with a label and one that was removed, before a run came that
 * holds both. The run of receipt 2 has deltas that cannot be read yet. The last change comes when
 * the shard of all others is split.
 */
final class SavepointHistory {

  static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  static final RecordKey LABELLED = ReceiptTree.word(IMAGE, 1, 7, 2);
  static final RecordKey ROW = ReceiptTree.row(IMAGE, 1, 7);
  static final RecordKey GONE = ReceiptTree.word(IMAGE, 1, 7, 3);
  static final RecordKey LATER = ReceiptTree.word(IMAGE, 2, 1, 1);
  static final RecordKey LATER_ROW = ReceiptTree.row(IMAGE, 2, 1);

  /** 2026-03-02T18:10:00Z. */
  private static final long BEGIN = 1_772_475_000;

  private static final TableItem TAX = label("TAX");
  private static final TableItem PLACE = Items.place(IMAGE, 1);
  private static final TableItem WORD = Items.word(IMAGE, 1, 7, 3, "0.42");

  private static final Run RUN = new Run(IMAGE, 1, 1).word(7, 2).word(7, 3).row(7).named("run-1");
  private static final Run OLDER_RUN =
      new Run(IMAGE, 1, 0).word(7, 2).word(7, 3).row(7).named("run-0");
  private static final Run SLOW_RUN = new Run(IMAGE, 2, 2).word(1, 1).row(1).named("run-2");

  private SavepointHistory() {}

  /** What is read before the shard is split. */
  static List<ItemChange> beginning() {
    return List.of(
        insert(Items.image(IMAGE), at(1)),
        insert(Items.receipt(IMAGE, 1), at(2)),
        insert(Items.line(IMAGE, 1, 7, "TAX 0.42"), at(3)),
        insert(Items.word(IMAGE, 1, 7, 2, "TAX"), at(4)),
        insert(WORD, at(5)),
        insert(TAX, at(6)),
        insert(PLACE, at(7)),
        insert(Items.section(IMAGE, 1, "ITEMS", 7), at(8)),
        insert(Items.letter(Items.word(IMAGE, 1, 7, 2, "TAX"), 1, "T"), at(9)),
        insert(label("CHANGE").without("timestamp_added"), at(10)),
        remove(WORD, at(12)),
        insert(RUN.item(), at(13)));
  }

  /** A run whose deltas cannot be read while it is {@linkplain #holdUp held up}. */
  static ItemChange slowRun() {
    return insert(SLOW_RUN.item(), at(14));
  }

  /** The last change before the job stops. */
  static ItemChange last() {
    return modify(TAX, TAX.status(ValidationStatus.INVALID), at(15));
  }

  /**
   * What changes nothing: all of the beginning again, older vectors, and a place that is the same.
   */
  static List<ItemChange> nothingNew() {
    List<ItemChange> changes = new ArrayList<>(beginning());
    changes.add(insert(OLDER_RUN.item(), at(11)));
    changes.add(modify(PLACE, PLACE.text("timestamp", "2026-03-02T18:20:00+00:00"), at(16)));
    return changes;
  }

  /** The document of the vector that the removed word has had since the run came. */
  static String hiddenDocument() {
    return RUN.document();
  }

  /** The removed word is put again, without a run. */
  static ItemChange wordIsBack() {
    return insert(WORD, at(17));
  }

  /** A label of the word, as a line of a file that is redriven. */
  static String letter(String label) {
    ItemChange change = insert(label(label), at(8));
    return DeadLetterJson.line(new DeadLetter(change, null, DeadLetter.Reason.TOO_LATE, "as told"))
        + "\n";
  }

  /** Puts the deltas of all runs where the job looks for them. */
  static void upload(WholeJob job) {
    for (Run run : List.of(OLDER_RUN, RUN, SLOW_RUN)) {
      for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
        job.s3.put(key(run, collection), archive(run, collection));
      }
    }
  }

  /** Lets the deltas of one run come later. */
  static void holdUp(WholeJob job) {
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      job.s3.slowDown(key(SLOW_RUN, collection));
    }
  }

  private static String key(Run run, CollectionName collection) {
    return run.prefix(collection) + "delta.tar.gz";
  }

  private static byte[] archive(Run run, CollectionName collection) {
    try {
      Path folder = Files.createTempDirectory("chromasync-delta-");
      EmptyDelta.in(folder, collection).write(folder, run.embeddings(collection));
      return Runs.packed(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TableItem label(String name) {
    return Items.label(IMAGE, 1, 7, 2, name).status(ValidationStatus.VALID);
  }

  private static Version at(long second) {
    return ItemChanges.at(BEGIN + second);
  }
}
