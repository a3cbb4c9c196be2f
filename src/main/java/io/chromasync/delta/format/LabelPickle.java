package io.chromasync.delta.format;

import io.chromasync.model.Excerpt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Parser of {@code index_metadata.pickle}: a Python dictionary whose {@code id_to_label} maps each
 * record to its element of the index.
 *
 * <p>A pickle is a program. Only opcodes that build dictionaries, lists and plain values are
 * allowed. A pickle therefore cannot create objects, refer back to a value, or claim more bytes
 * than it has.
 */
public final class LabelPickle extends Unpickler {

  private static final String LABELS = "id_to_label";

  private LabelPickle() {}

  /**
   * Parses record ids by label.
   *
   * @return the ids; the caller may modify the map
   * @throws IOException if the pickle is malformed, or not such a dictionary
   */
  static Map<Long, String> parse(byte[] pickle) throws IOException {
    Object content = load(pickle);
    if (!(content instanceof Map<?, ?> map) || !(map.get(LABELS) instanceof Map<?, ?> labels)) {
      throw new IOException("it is no dictionary with " + LABELS);
    }
    Map<Long, String> ids = new HashMap<>();
    for (Map.Entry<?, ?> each : labels.entrySet()) {
      boolean whole = each.getValue() instanceof Integer || each.getValue() instanceof Long;
      if (!whole || !(each.getKey() instanceof String id)) {
        throw new IOException(LABELS + " does not map strings to integers");
      }
      if (ids.put(((Number) each.getValue()).longValue(), id) != null) {
        throw new IOException(LABELS + " has the label " + each.getValue() + " twice");
      }
    }
    return ids;
  }

  private static Object load(byte[] pickle) throws IOException {
    LabelPickle unpickler = new LabelPickle();
    try {
      return unpickler.load(new ByteArrayInputStream(pickle));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Malformed bytes can cause any exception of the stack machine. Deeply nested values used as
      // keys can cause a StackOverflowError.
      throw new IOException("it is no plain pickle (" + Excerpt.of(e.getMessage()) + ")", e);
    } finally {
      unpickler.close();
    }
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    return switch (opcode) {
      case Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.EMPTY_DICT,
          Opcodes.SETITEM,
          Opcodes.SETITEMS,
          Opcodes.EMPTY_LIST,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.MEMOIZE,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT ->
          super.dispatch(opcode);
      case Opcodes.BINUNICODE -> {
        checkLength();
        yield super.dispatch(opcode);
      }
      default -> throw new PickleException("opcode " + opcode + " is not allowed");
    };
  }

  /** The unpickler would allocate memory for a text before checking that its bytes exist. */
  private void checkLength() throws IOException {
    input.mark(Integer.BYTES);
    long length = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      length |= (long) input.read() << (Byte.SIZE * i);
    }
    input.reset();
    if (length < 0 || length > input.available()) {
      throw new PickleException("a string is truncated");
    }
  }
}
