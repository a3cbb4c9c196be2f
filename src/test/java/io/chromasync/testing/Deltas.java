package io.chromasync.testing;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import java.util.List;
import java.util.Locale;

/** Deltas and reports of runs of receipts. */
public final class Deltas {

  private Deltas() {}

  public static RunDelta delta(
      String image,
      int receipt,
      String run,
      CollectionName collection,
      String prefix,
      Version version,
      ItemChange source) {
    return delta(image, receipt, run, collection, prefix, version, source, null);
  }

  public static RunDelta delta(
      String image,
      int receipt,
      String run,
      CollectionName collection,
      String prefix,
      Version version,
      ItemChange source,
      String created) {
    return new RunDelta(
        image,
        ReceiptKeys.receipt(receipt),
        run,
        collection,
        prefix,
        version,
        item(image, receipt, run),
        source,
        created);
  }

  public static RunReport report(
      String image,
      int receipt,
      String run,
      CollectionName collection,
      int merged,
      String error,
      Version version,
      String created) {
    return new RunReport(
        image,
        ReceiptKeys.receipt(receipt),
        item(image, receipt, run),
        collection,
        merged,
        error,
        version,
        created);
  }

  /** Step that opens a delta with these rows. */
  public static DeltaStep opens(RunDelta delta, List<ReceiptFacts.Row> rows) {
    List<List<Integer>> lines = rows.stream().map(ReceiptFacts.Row::lineIds).toList();
    return DeltaStep.opens(delta, new ReceiptFacts.Delta(lines, delta.run()).fact());
  }

  /** Id of the run that a report is about. */
  public static String run(RunReport report) {
    String sortKey = report.item().sortKey();
    return sortKey.substring(sortKey.lastIndexOf('#') + 1);
  }

  private static ItemKey item(String image, int receipt, String run) {
    return new ItemKey(
        "IMAGE#" + image,
        String.format(Locale.ROOT, "RECEIPT#%05d#COMPACTION_RUN#%s", receipt, run));
  }
}
