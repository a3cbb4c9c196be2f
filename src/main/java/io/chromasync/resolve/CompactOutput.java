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
 *   <li>A key is its parent, its kind, and its number or name. The key of the partition is 0; a
 *       parent that was written before is its index, plus 2; a new parent is 1 and its key.
 *   <li>A kind that was written before is its index, plus 1. A new kind is 0, its name and its
 *       traits.
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
  private final List<EntityKind> kinds = new ArrayList<>();
  private final Map<EntityKey, Integer> parents = new HashMap<>();

  CompactOutput(DataOutputView out) {
    this.out = out;
  }

  void writeNumber(int number) throws IOException {
    int rest = number;
    while ((rest & ~0x7f) != 0) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Writes the key of an entity below the partition, or of the partition. */
  void writeKey(EntityKey key) throws IOException {
    if (key.parent() == null) {
      writeNumber(0);
      return;
    }
    writeParent(key.parent());
    writeKind(key.kind());
    if (key.kind().is(Trait.NUMBERED)) {
      writeNumber(key.number());
    } else {
      writeText(key.name());
    }
  }

  private void writeParent(EntityKey parent) throws IOException {
    Integer known = parents.get(parent);
    if (known != null) {
      writeNumber(known + 2);
      return;
    }
    writeNumber(1);
    writeKey(parent);
    parents.put(parent, parents.size());
  }

  private void writeKind(EntityKind kind) throws IOException {
    int known = kinds.indexOf(kind);
    writeNumber(known + 1);
    if (known < 0) {
      kinds.add(kind);
      writeText(kind.name());
      out.writeByte(kind.traits());
    }
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
    writeNumber(fact.texts().size() + 1);
    for (String text : fact.texts()) {
      writeText(text);
    }
    writeNumbers(fact.numbers());
  }

  private void writeNumbers(List<Integer> numbers) throws IOException {
    writeNumber(numbers.size());
    for (int number : numbers) {
      writeNumber(number);
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
