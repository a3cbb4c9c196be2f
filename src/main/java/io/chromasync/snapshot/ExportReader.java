package io.chromasync.snapshot;

import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.model.Version;
import io.chromasync.snapshot.ExportLine.BadLine;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Reads one data file of an export, item by item, and never holds more than one piece of it.
 * Adjacent items of one image, as of one time, are one piece. What is not an item of an image is
 * counted and left out.
 *
 * <p>The checksum and the number of items are known when the file has been read to its end, so what
 * came before may be of a damaged file: it speaks of the items that it lists and of no other, and
 * nothing may follow from the end of an export before all of its files have come to theirs. For one
 * thread; calls block, and an interrupt ends them.
 */
final class ExportReader implements Closeable {

  /** An item has at most 400 KB, which JSON makes longer, and a line holds up to two of them. */
  private static final int LONGEST_LINE = 16 << 20;

  /** What a piece may have, roughly. */
  private static final int LARGEST_PIECE = 1 << 20;

  private static final int BUFFER = 1 << 16;

  private final ExportedFile file;
  private final Set<String> attributes;
  private final MessageDigest digest = Md5.digest();
  private final InputStream object;
  private final long firstLine;
  private BoundedLines lines;
  private long line;
  private long leftOut;
  private ExportLine ahead;

  /**
   * @param attributes of items that are kept
   * @param firstLine how many lines were read before, and are passed
   */
  ExportReader(ExportedFile file, ExportObjects objects, Set<String> attributes, long firstLine) {
    this.file = file;
    this.attributes = attributes;
    this.firstLine = firstLine;
    object =
        new BufferedInputStream(
            new DigestInputStream(objects.stream(file.bucket(), file.key()), digest), BUFFER);
  }

  /**
   * Some items of one image.
   *
   * @param nextLine where reading goes on after them
   */
  record Piece(TableSnapshot items, long nextLine) {}

  /**
   * The next piece; null if the file has been read to its end and is what its manifest says.
   *
   * @throws BadExport if the file cannot be used
   * @throws IOException if S3 does not give it
   */
  Piece next() throws IOException {
    try {
      if (lines == null) {
        open();
      }
      ExportLine first = ahead == null ? nextOfImage() : ahead;
      ahead = null;
      if (first == null) {
        verify();
        return null;
      }
      return piece(first);
    } catch (FileNotFoundException e) {
      throw new BadExport(
          "There is no %s, which its manifest names; copy an export as a whole, under the keys it has, or export the table again"
              .formatted(file.uri()),
          e);
    } catch (BadExport | ExportUnavailable | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new BadExport(
          "%s is cut off or damaged after %,d lines (%s); export the table again"
              .formatted(file.uri(), line, e.getMessage()),
          e);
    }
  }

  /** Lines of items that are not of an image, among those that {@link #next} has passed. */
  long leftOut() {
    return leftOut;
  }

  @Override
  public void close() throws IOException {
    object.close();
  }

  private void open() throws IOException {
    lines = new BoundedLines(unpacked(), LONGEST_LINE);
    while (line < firstLine && lines.skip()) {
      line++;
    }
  }

  /** The file of a partition without items may be empty even of gzip's own bytes. */
  private InputStream unpacked() throws IOException {
    object.mark(1);
    if (object.read() < 0) {
      return InputStream.nullInputStream();
    }
    object.reset();
    return GzipCompressorInputStream.builder()
        .setInputStream(object)
        .setDecompressConcatenated(true)
        .get();
  }

  private Piece piece(ExportLine first) throws IOException {
    List<String> listed = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    int size = 0;
    ExportLine each = first;
    while (each != null && belongsTo(first, each) && size < LARGEST_PIECE) {
      if (each.item() == null) {
        gone.add(each.sortKey());
      } else {
        listed.add(each.item());
      }
      size += each.sortKey().length() + (each.item() == null ? 0 : each.item().length());
      each = nextOfImage();
    }
    ahead = each;
    long nextLine = ahead == null ? line : line - 1;
    Version asOf = file.isIncremental() ? first.asOf() : file.asOf();
    return new Piece(
        new TableSnapshot(first.image(), asOf, Extent.ITEMS, listed, gone, false, file.uri()),
        nextLine);
  }

  private static boolean belongsTo(ExportLine first, ExportLine other) {
    return first.image().equals(other.image())
        && (first.asOf() == null || first.asOf().equals(other.asOf()));
  }

  /** The next line that tells of an item of an image; null if there is no more. */
  private ExportLine nextOfImage() throws IOException {
    for (String text = lines.next(); text != null; text = lines.next()) {
      line++;
      ExportLine parsed = parse(text);
      if (parsed.image() != null) {
        return parsed;
      }
      leftOut++;
    }
    return null;
  }

  private ExportLine parse(String text) throws BadExport {
    try {
      return ExportLine.parse(text, file.isIncremental(), attributes);
    } catch (BadLine e) {
      throw new BadExport(
          "Line %,d of %s %s; export the table again".formatted(line, file.uri(), e.getMessage()),
          e);
    }
  }

  private void verify() throws IOException {
    if (object.read() >= 0) {
      throw new BadExport(
          "%s has more than its gzip; export the table again".formatted(file.uri()));
    }
    String md5 = Md5.base64(digest.digest());
    if (!md5.equals(file.md5())) {
      throw new BadExport(
          "%s is damaged: its MD5 is %s but its manifest says %s; export the table again"
              .formatted(file.uri(), md5, file.md5()));
    }
    if (line != file.items()) {
      throw new BadExport(
          "%s has %,d items but its manifest says %,d; export the table again"
              .formatted(file.uri(), line, file.items()));
    }
  }
}
