package io.chromasync.delta.format;

import io.chromasync.model.Excerpt;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Vectors that Chroma has applied from its log: a folder with an hnswlib index. Read element by
 * element; only the vectors are kept.
 *
 * <p>Vectors of a cosine space are stored with length 1, and their lengths separately; Chroma
 * multiplies the two on reading ({@code getDataByLabel} of its hnswlib). In other spaces the file
 * of lengths has no meaning.
 */
public final class VectorSegment {

  private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z-]{1,100}");
  private static final String HEADER = "header.bin";
  private static final String ELEMENTS = "data_level0.bin";
  private static final String LENGTHS = "length.bin";
  private static final String LABELS = "index_metadata.pickle";

  /** Offset of the flags in an element, after two bytes with the number of its links. */
  private static final int FLAGS_OFFSET = 2;

  private static final int DELETED = 1;

  /**
   * Upper bound of the bytes that Chroma writes per element: its id, its label, and the mappings in
   * both directions.
   */
  private static final int LABEL_BYTES = 1 << 10;

  private static final int LABELS_BASE_BYTES = 1 << 20;

  private final Path folder;
  private final String name;

  private VectorSegment(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /**
   * Reads the vectors by record id.
   *
   * @param folder folder of the delta
   */
  public static Map<String, float[]> read(Path folder, ChromaCollection collection, int dimension)
      throws UnusableDelta {
    String name = collection.vectors().id();
    if (!NAME.matcher(name).matches()) {
      throw new UnusableDelta(
          "%s names a vector segment %s that is no folder"
              .formatted(DeltaDatabase.FILE, Excerpt.of(name)));
    }
    return new VectorSegment(folder.resolve(name), name).read(dimension, collection.cosine());
  }

  private Map<String, float[]> read(int dimension, boolean cosine) throws UnusableDelta {
    SegmentHeader header = header(dimension);
    checkSize(LENGTHS, header, Float.BYTES);
    checkSize(ELEMENTS, header, header.elementBytes());
    Map<Long, String> ids = ids(header);
    FloatBuffer lengths = cosine ? lengths(header) : null;
    Map<String, float[]> vectors = vectors(header, ids, dimension, lengths);
    if (!ids.isEmpty()) {
      throw bad(
          ELEMENTS, "has no vector of record " + Excerpt.of(new TreeSet<>(ids.values()).first()));
    }
    return vectors;
  }

  private SegmentHeader header(int dimension) throws UnusableDelta {
    try (InputStream file = Files.newInputStream(folder.resolve(HEADER))) {
      SegmentHeader header =
          SegmentHeader.parse(file.readNBytes(SegmentHeader.BYTES + 1), dimension);
      if (header == null) {
        throw bad(HEADER, "is no header of an index of vectors of %s numbers".formatted(dimension));
      }
      return header;
    } catch (IOException e) {
      throw unreadable(HEADER, e);
    }
  }

  private void checkSize(String file, SegmentHeader header, int bytesEach) throws UnusableDelta {
    try {
      long bytes = Files.size(folder.resolve(file));
      if (!header.fits(bytes, bytesEach)) {
        throw bad(
            file,
            "has %s bytes where %s to %s elements of %s are expected"
                .formatted(bytes, header.count(), header.capacity(), bytesEach));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private Map<Long, String> ids(SegmentHeader header) throws UnusableDelta {
    long most = LABELS_BASE_BYTES + header.count() * LABEL_BYTES;
    try {
      long bytes = Files.size(folder.resolve(LABELS));
      if (bytes > most) {
        throw bad(
            LABELS,
            String.format(
                Locale.ROOT,
                "has %,d bytes, too many for the labels of %s elements",
                bytes,
                header.count()));
      }
      return LabelPickle.parse(Files.readAllBytes(folder.resolve(LABELS)));
    } catch (IOException e) {
      throw unreadable(LABELS, e);
    }
  }

  private FloatBuffer lengths(SegmentHeader header) throws UnusableDelta {
    try (InputStream file = Files.newInputStream(folder.resolve(LENGTHS))) {
      byte[] bytes = file.readNBytes(Math.toIntExact(header.count() * Float.BYTES));
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    } catch (IOException e) {
      throw unreadable(LENGTHS, e);
    }
  }

  /**
   * Reads the vectors of the given ids, and removes every id that it finds from the map.
   *
   * @param lengths factors to multiply the vectors with; null = none
   */
  private Map<String, float[]> vectors(
      SegmentHeader header, Map<Long, String> ids, int dimension, FloatBuffer lengths)
      throws UnusableDelta {
    Map<String, float[]> vectors = new HashMap<>();
    byte[] element = new byte[header.elementBytes()];
    try (InputStream file =
        new BufferedInputStream(Files.newInputStream(folder.resolve(ELEMENTS)))) {
      for (int i = 0; i < header.count(); i++) {
        file.readNBytes(element, 0, element.length);
        String id = isDeleted(element) ? null : ids.remove(label(element, header));
        if (id != null) {
          float[] vector =
              VectorBytes.read(element, header.vectorOffset(), dimension, id, relative(ELEMENTS));
          if (lengths != null) {
            multiply(vector, lengths.get(i), id);
          }
          vectors.put(id, vector);
        }
      }
    } catch (IOException e) {
      throw unreadable(ELEMENTS, e);
    }
    return vectors;
  }

  private void multiply(float[] vector, float length, String id) throws UnusableDelta {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= length;
      if (!Float.isFinite(vector[i])) {
        throw new UnusableDelta(
            "%s has the length %s for record %s"
                .formatted(relative(LENGTHS), length, Excerpt.of(id)));
      }
    }
  }

  private static boolean isDeleted(byte[] element) {
    return (element[FLAGS_OFFSET] & DELETED) != 0;
  }

  private static long label(byte[] element, SegmentHeader header) {
    return ByteBuffer.wrap(element).order(ByteOrder.LITTLE_ENDIAN).getLong(header.labelOffset());
  }

  private String relative(String file) {
    return name + "/" + file;
  }

  private UnusableDelta bad(String file, String what) {
    return UnusableDelta.incomplete(relative(file) + " " + what);
  }

  /** Messages of file system errors begin with a temporary path, which is meaningless later. */
  private UnusableDelta unreadable(String file, IOException e) {
    if (e instanceof NoSuchFileException) {
      return UnusableDelta.incomplete("the delta has no " + relative(file), e);
    }
    String why = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
    return UnusableDelta.incomplete(
        "%s cannot be read: %s"
            .formatted(relative(file), why == null ? e.getClass().getSimpleName() : why),
        e);
  }
}
