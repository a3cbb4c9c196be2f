package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityKind.Trait;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.RecordState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writer of the parts of one chunk.
 *
 * <ul>
 *   <li>A number has 7 bits per byte, the lowest first; the eighth bit means that another byte
 *       follows.
 *   <li>A string or version that was written before is its index among all strings or versions,
 *       plus 2. A new value is 1 and the value; null is 0. Records of a line have vectors of the
 *       same run, and labels have few proposers.
 *   <li>A new string is its length and its chars, each a number. A new version is its microseconds,
 *       the count of its digits, and two digits per byte: there are up to 56.
 *   <li>A key is its kind, and the numbers or names of its path below the top key, which is first.
 *   <li>A kind is its index in the {@link KindTable}, plus 1. Another kind is 0, its parent, its
 *       name and its traits; after that it has the next index.
 *   <li>A fact is the count of its texts plus 1, its texts, the count of its numbers, and its
 *       numbers; null is 0.
 *   <li>A nullable value or a bool has a bit in a preceding byte.
 * </ul>
 *
 * <p>For one chunk, on one thread.
 */
final class CompactOutput {

  private final DataOutputView out;
  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<Version, Integer> versions = new HashMap<>();
  private final List<EntityKind> table;
  private final List<EntityKind> others = new ArrayList<>();
  private EntityKey top = EntityKey.PARTITION;

  /**
   * @param table kinds that need no definition; the first is the partition
   */
  CompactOutput(DataOutputView out, List<EntityKind> table) {
    this.out = out;
    this.table = table;
  }

  void writeNumber(int number) throws IOException {
    int rest = number;
    while ((rest & ~0x7f) != 0) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Writes the key that all later keys are equal to or below. */
  void writeTop(EntityKey key) throws IOException {
    writeKey(key);
    top = key;
  }

  /** Writes the key of an entity. */
  void writeKey(EntityKey key) throws IOException {
    writeKind(key.kind());
    writeIds(key);
  }

  private void writeIds(EntityKey key) throws IOException {
    if (key.kind() == top.kind()) {
      return;
    }
    writeIds(key.parent());
    if (key.kind().is(Trait.NUMBERED)) {
      writeNumber(key.number());
    } else {
      writeText(key.name());
    }
  }

  private void writeKind(EntityKind kind) throws IOException {
    int known = indexOf(kind, table);
    if (known >= 0) {
      writeNumber(known + 1);
      return;
    }
    int other = indexOf(kind, others);
    if (other >= 0) {
      writeNumber(table.size() + other + 1);
      return;
    }
    writeNumber(0);
    writeKind(kind.parent());
    others.add(kind);
    writeText(kind.name());
    out.writeByte(kind.traits());
  }

  /** Index of a kind, which is interned; -1 if it is missing. */
  private static int indexOf(EntityKind kind, List<EntityKind> kinds) {
    int index = kinds.size() - 1;
    while (index >= 0 && kinds.get(index) != kind) {
      index--;
    }
    return index;
  }

  void writeEntry(FactRegister entry) throws IOException {
    out.writeByte(bit(0, entry.inserted()) | bit(1, entry.noOp()));
    writeVersion(entry.version());
    writeVersion(entry.removed());
    writeVersion(entry.altered());
    writeFact(entry.fact());
  }

  void writeWritten(RecordState written) throws IOException {
    out.writeByte(
        bit(0, written.hidden())
            | bit(1, written.lost())
            | bit(2, written.content() != null)
            | bit(3, written.embedding() != null)
            | bit(4, written.foreign() != null));
    writeVersion(written.removed());
    writeVersion(written.vector());
    if (written.content() != null) {
      out.writeLong(written.content());
    }
    if (written.embedding() != null) {
      out.writeLong(written.embedding());
    }
    if (written.foreign() != null) {
      writeNumber(written.foreign().size());
      for (String key : written.foreign()) {
        writeText(key);
      }
    }
  }

  private void writeFact(Fact fact) throws IOException {
    if (fact == null) {
      writeNumber(0);
      return;
    }
    // Loops by index: iterators took a tenth of the time of a write.
    int texts = fact.texts().size();
    writeNumber(texts + 1);
    for (int i = 0; i < texts; i++) {
      writeText(fact.text(i));
    }
    writeNumbers(fact.numbers());
  }

  private void writeNumbers(List<Integer> numbers) throws IOException {
    writeNumber(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      writeNumber(numbers.get(i));
    }
  }

  private void writeText(String text) throws IOException {
    Integer known = text == null ? Integer.valueOf(-2) : texts.putIfAbsent(text, texts.size());
    if (known != null) {
      writeNumber(known + 2);
      return;
    }
    writeNumber(1);
    writeNumber(text.length());
    for (int i = 0; i < text.length(); i++) {
      writeNumber(text.charAt(i));
    }
  }

  private void writeVersion(Version version) throws IOException {
    Integer known =
        version == null ? Integer.valueOf(-2) : versions.putIfAbsent(version, versions.size());
    if (known != null) {
      writeNumber(known + 2);
      return;
    }
    writeNumber(1);
    out.writeLong(version.micros());
    String digits = version.sequence();
    writeNumber(digits.length());
    for (int i = 0; i < digits.length(); i += 2) {
      int next = i + 1 < digits.length() ? digit(digits, i + 1) : 0;
      out.writeByte((digit(digits, i) << 4) | next);
    }
  }

  private static int digit(String digits, int place) throws IOException {
    int digit = digits.charAt(place) - '0';
    if (digit < 0 || digit > 9) {
      throw new IOException("no sequence number: '%s'".formatted(digits));
    }
    return digit;
  }

  private static int bit(int place, boolean isSet) {
    return isSet ? 1 << place : 0;
  }
}
