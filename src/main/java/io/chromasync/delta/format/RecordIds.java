package io.chromasync.delta.format;

import io.chromasync.model.Collection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of the record ids of a run: ids of records of its receipt, as formatted by {@link
 * RecordKey#id}.
 */
public final class RecordIds {

  private static final Pattern LINE = Pattern.compile("(\\d{5,10})");
  private static final Pattern WORD = Pattern.compile("(\\d{5,10})#WORD#(\\d{5,10})");

  private final RunDelta delta;
  private final String prefix;

  private RecordIds(RunDelta delta, String prefix) {
    this.delta = delta;
    this.prefix = prefix;
  }

  /** Returns the parser for the run of a delta. */
  public static RecordIds of(RunDelta delta) {
    RecordKey receipt =
        new RecordKey(delta.collection(), delta.image(), delta.receipt(), null, null);
    return new RecordIds(delta, receipt.id() + "#LINE#");
  }

  /**
   * Parses the id of a record; never returns null.
   *
   * @param id may be null
   * @throws BadDelta if the id names no record of the collection and receipt of the delta
   */
  public RecordKey parse(String id) throws BadDelta {
    RecordKey key = id != null && id.startsWith(prefix) ? key(id) : null;
    if (key == null || !key.id().equals(id)) {
      throw new BadDelta(
          "%s has a record with the id \"%s\", which names no %s of receipt %s of image %s"
              .formatted(
                  DeltaDatabase.FILE,
                  Excerpt.of(id),
                  delta.collection() == Collection.WORDS ? "word" : "line",
                  delta.receipt(),
                  delta.image()));
    }
    return key;
  }

  /** Returns null if the rest of the id is not a line or word. */
  private RecordKey key(String id) {
    boolean words = delta.collection() == Collection.WORDS;
    Matcher rest = (words ? WORD : LINE).matcher(id.substring(prefix.length()));
    if (!rest.matches()) {
      return null;
    }
    long line = Long.parseLong(rest.group(1));
    long word = words ? Long.parseLong(rest.group(2)) : 0;
    if (line > Integer.MAX_VALUE || word > Integer.MAX_VALUE) {
      return null;
    }
    return words
        ? RecordKey.word(delta.image(), delta.receipt(), (int) line, (int) word)
        : RecordKey.row(delta.image(), delta.receipt(), (int) line);
  }
}
