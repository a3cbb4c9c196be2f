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
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;

/** Reader of the format of {@link CompactOutput}. For one chunk, on one thread. */
final class CompactInput {

  private static final int USUAL_DEPTH = 6;

  private final DataInputView in;
  private final List<String> texts = new ArrayList<>();
  private final List<Version> versions = new ArrayList<>();
  private final List<EntityKind> table;
  private final List<EntityKind> others = new ArrayList<>();
  private EntityKey top = EntityKey.PARTITION;
  private EntityKey[] path = new EntityKey[USUAL_DEPTH];

  CompactInput(DataInputView in, List<EntityKind> table) {
    this.in = in;
    this.table = table;
  }

  int readNumber() throws IOException {
    int number = 0;
    int shift = 0;
    int next = in.readUnsignedByte();
    while (next > 0x7f) {
      number |= (next & 0x7f) << shift;
      shift += 7;
      next = in.readUnsignedByte();
    }
    return number | next << shift;
  }

  void readTop() throws IOException {
    top = readKey();
  }

  EntityKey readKey() throws IOException {
    return readPath(readKind());
  }

  private EntityKey readPath(EntityKind kind) throws IOException {
    if (kind == top.kind()) {
      return top;
    }
    EntityKey parent = readPath(kind.parent());
    if (kind.is(Trait.NUMBERED)) {
      return numbered(parent, kind, readNumber());
    }
    String name = readText();
    return name == null ? parent.child(kind) : parent.child(kind, name);
  }

  /**
   * Returns the previous key of that depth if it is the same, so that keys share their ancestors.
   */
  private EntityKey numbered(EntityKey parent, EntityKind kind, int number) {
    int depth = kind.depth();
    if (depth >= path.length) {
      path = Arrays.copyOf(path, depth + 1);
    }
    EntityKey before = path[depth];
    boolean isSame =
        before != null
            && before.number() == number
            && before.kind() == kind
            && before.parent().equals(parent);
    if (!isSame) {
      path[depth] = parent.child(kind, number);
    }
    return path[depth];
  }

  private EntityKind readKind() throws IOException {
    int place = readNumber() - 1;
    if (place >= table.size()) {
      return others.get(place - table.size());
    }
    if (place >= 0) {
      return table.get(place);
    }
    EntityKind kind = EntityKind.of(readKind(), readText(), in.readUnsignedByte());
    others.add(kind);
    return kind;
  }

  FactRegister readEntry() throws IOException {
    int flags = in.readByte();
    Version version = readVersion();
    Version removed = readVersion();
    Version altered = readVersion();
    return new FactRegister(
        version, readFact(), removed, isSet(flags, 0), isSet(flags, 1), altered);
  }

  RecordState readWritten() throws IOException {
    int flags = in.readByte();
    Version removed = readVersion();
    Version vector = readVersion();
    Long content = isSet(flags, 2) ? in.readLong() : null;
    Long embedding = isSet(flags, 3) ? in.readLong() : null;
    List<String> foreign = isSet(flags, 4) ? readTexts() : null;
    return new RecordState(
        removed, content, vector, isSet(flags, 0), foreign, isSet(flags, 1), embedding);
  }

  private Fact readFact() throws IOException {
    int count = readNumber();
    if (count == 0) {
      return null;
    }
    String[] values = new String[count - 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = readText();
    }
    List<Integer> numbers = readNumbers();
    return values.length == 0 && numbers.isEmpty()
        ? Fact.exists()
        : new Fact(Arrays.asList(values), numbers);
  }

  private List<Integer> readNumbers() throws IOException {
    int size = readNumber();
    if (size == 0) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      numbers.add(readNumber());
    }
    return numbers;
  }

  private List<String> readTexts() throws IOException {
    List<String> all = new ArrayList<>();
    for (int left = readNumber(); left > 0; left--) {
      all.add(readText());
    }
    return all;
  }

  private String readText() throws IOException {
    int place = readNumber();
    if (place != 1) {
      return place == 0 ? null : texts.get(place - 2);
    }
    char[] chars = new char[readNumber()];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) readNumber();
    }
    String text = new String(chars);
    texts.add(text);
    return text;
  }

  private Version readVersion() throws IOException {
    int place = readNumber();
    if (place != 1) {
      return place == 0 ? null : versions.get(place - 2);
    }
    long micros = in.readLong();
    char[] digits = new char[readNumber()];
    for (int i = 0; i < digits.length; i += 2) {
      int two = in.readUnsignedByte();
      digits[i] = (char) ('0' + (two >>> 4));
      if (i + 1 < digits.length) {
        digits[i + 1] = (char) ('0' + (two & 0xf));
      }
    }
    Version version = new Version(micros, new String(digits));
    versions.add(version);
    return version;
  }

  private static boolean isSet(int flags, int place) {
    return (flags & 1 << place) != 0;
  }
}
