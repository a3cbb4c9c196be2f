package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parser of the record ids of a run: ids of records of its receipt, as {@link ReceiptTree} has. */
final class RecordIds {

  private static final Pattern LINE = Pattern.compile("(\\d{5,10})");
  private static final Pattern WORD = Pattern.compile("(\\d{5,10})#WORD#(\\d{5,10})");

  private RecordIds() {}

  /** Returns null if the id names no record of the collection and receipt of the delta. */
  static RecordKey parse(RunDelta delta, String id) {
    RecordKey receipt = ReceiptTree.below(delta.collection(), delta.partition(), delta.scope());
    String prefix = receipt.id() + "#LINE#";
    RecordKey key = id.startsWith(prefix) ? key(delta, id.substring(prefix.length())) : null;
    return key != null && key.id().equals(id) ? key : null;
  }

  /** Returns null if the rest of the id is not a line or word. */
  private static RecordKey key(RunDelta delta, String rest) {
    boolean words = delta.collection().equals(ReceiptTree.WORDS);
    Matcher matcher = (words ? WORD : LINE).matcher(rest);
    if (!matcher.matches()) {
      return null;
    }
    long line = Long.parseLong(matcher.group(1));
    long word = words ? Long.parseLong(matcher.group(2)) : 0;
    if (line > Integer.MAX_VALUE || word > Integer.MAX_VALUE) {
      return null;
    }
    EntityKey entity = delta.scope().child(ReceiptKeys.LINE, (int) line);
    return ReceiptTree.below(
        delta.collection(),
        delta.partition(),
        words ? entity.child(ReceiptKeys.WORD, (int) word) : entity);
  }
}
