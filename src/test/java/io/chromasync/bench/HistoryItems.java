package io.chromasync.bench;

import io.chromasync.Feed;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;

/** Says a history of records as changes of table items, for the job. */
final class HistoryItems {

  /** After the inserts of {@link BenchImage}. */
  private static final long BEGIN = 1_760_000_100L;

  private final Feed feed;

  /**
   * @param feed is told the vectors of runs
   */
  HistoryItems(Feed feed) {
    this.feed = feed;
  }

  /** The inserts of all words, with vector 0. */
  List<ItemChange> first(int images, int wordsOfAnImage) {
    List<ItemChange> inserts = new ArrayList<>();
    for (int number = 0; number < images; number++) {
      BenchImage image = new BenchImage(number, wordsOfAnImage);
      String run = new UUID(0, number).toString();
      feed.run(
          run,
          IntStream.range(0, wordsOfAnImage)
              .mapToObj(word -> image.embedding(word, OldRecords.vector(0)))
              .toList());
      feed.withoutRows(run);
      inserts.addAll(image.inserts(run));
    }
    return inserts;
  }

  /** The items that one change of a record alters. */
  List<ItemChange> of(RecordChange change) {
    BenchImage image = new BenchImage(change.image(), change.word() + 1);
    int word = change.word();
    Version version = version(change, 0);
    return switch (change.kind()) {
      case LABELLED ->
          List.of(
              ItemChanges.modify(
                  image.label(word, ValidationStatus.NONE),
                  image.label(word, change.status()),
                  version));
      case DELETED ->
          List.of(
              ItemChanges.remove(image.label(word, change.status()), version),
              ItemChanges.remove(image.word(word), version));
      case EMBEDDED -> embedded(image, change);
    };
  }

  private List<ItemChange> embedded(BenchImage image, RecordChange change) {
    String run = new UUID(1, change.version()).toString();
    feed.run(run, List.of(image.embedding(change.word(), OldRecords.vector(change.vector()))));
    List<ItemChange> changes = new ArrayList<>();
    if (!change.wasThere()) {
      Version inserted = version(change, 0);
      changes.add(ItemChanges.insert(image.word(change.word()), inserted));
      changes.add(ItemChanges.insert(image.label(change.word(), change.status()), inserted));
    }
    changes.add(ItemChanges.insert(Items.run(image.id(), 1, run), version(change, 1)));
    return changes;
  }

  private static Version version(RecordChange change, int step) {
    return new Version(
        (BEGIN + change.second()) * 1_000_000,
        String.format(Locale.ROOT, "1%08d%s", change.version(), step));
  }
}
