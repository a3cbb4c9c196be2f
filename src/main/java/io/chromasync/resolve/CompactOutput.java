package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.Fact.ValidationStatus;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.RecordState;
import java.io.IOException;
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
 *   <li>A nullable value or a bool has a bit in a preceding byte.
 * </ul>
 *
 * <p>For one chunk, on one thread.
 */
final class CompactOutput {

  static final int EXISTS = 1;
  static final int LABEL = 2;
  static final int PLACE = 3;
  static final int SECTION = 4;
  static final int ROW = 5;
  static final int DELTA = 6;

  private final DataOutputView out;
  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<Version, Integer> versions = new HashMap<>();

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

  // Safe, because the enum grows only at the end.
  @SuppressWarnings("EnumOrdinal")
  void writeKey(EntityKey key) throws IOException {
    writeNumber(key.type().ordinal());
    writeNumber(key.receipt());
    writeNumber(key.line());
    writeNumber(key.word());
    writeText(key.name());
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
    } else if (fact.label() != null) {
      writeNumber(LABEL);
      writeStatus(fact.label().status());
      writeText(fact.label().timestampAdded());
      writeText(fact.label().proposedBy());
    } else if (fact.place() != null) {
      writeNumber(PLACE);
      writeText(fact.place().merchantName());
      writeText(fact.place().merchantCategory());
      writeText(fact.place().formattedAddress());
      writeText(fact.place().phoneNumber());
      writeText(fact.place().placeId());
    } else if (fact.section() != null) {
      writeNumber(SECTION);
      writeSection(fact.section());
    } else if (fact.row() != null) {
      writeNumber(ROW);
      writeNumbers(fact.row().lineIds());
    } else if (fact.delta() != null) {
      writeNumber(DELTA);
      writeText(fact.delta().run());
      writeNumber(fact.delta().rows().size());
      for (Fact.Row row : fact.delta().rows()) {
        writeNumbers(row.lineIds());
      }
    } else {
      writeNumber(EXISTS);
    }
  }

  private void writeSection(Fact.Section section) throws IOException {
    out.writeByte(bit(0, section.confidence() != null));
    if (section.confidence() != null) {
      out.writeDouble(section.confidence());
    }
    writeStatus(section.status());
    writeNumbers(section.lineIds());
  }

  // Safe, because the enum grows only at the end.
  @SuppressWarnings("EnumOrdinal")
  private void writeStatus(ValidationStatus status) throws IOException {
    writeNumber(status.ordinal());
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
