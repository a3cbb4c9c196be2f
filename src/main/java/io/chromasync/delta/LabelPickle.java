package io.chromasync.delta;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Reads {@code index_metadata.pickle}: a Python dictionary whose {@code id_to_label} names for each
 * record its element of the index.
 *
 * <p>A pickle is a program. Only what builds dictionaries, lists and plain values is run, so none
 * makes an object, refers back to a value, or claims more bytes than there are.
 */
final class LabelPickle extends Unpickler {

  private static final String LABELS = "id_to_label";

  private LabelPickle() {}

  /**
   * Record ids by label.
   *
   * @return the caller's to change
   * @throws IOException if it is broken, or no such dictionary
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
        throw new IOException(LABELS + " does not map texts to whole numbers");
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
      // Bytes that make no sense end in any exception of a stack machine; values nested deeply that
      // are used as keys, in one of the stack.
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

  /** The reader would make room for a text before it knows that the text is there. */
  private void checkLength() throws IOException {
    input.mark(Integer.BYTES);
    long length = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      length |= (long) input.read() << (Byte.SIZE * i);
    }
    input.reset();
    if (length < 0 || length > input.available()) {
      throw new PickleException("a text is cut short");
    }
  }
}
