package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * File of lines that an audit has read, sorted into buckets by partition, with an index at its end.
 * It appears whole, like an output of a map task in a sort-based shuffle: one bucket of all parts
 * is read at a time.
 *
 * <p>Layout: the buckets, each compressed; the index as JSON; its length in 4 bytes.
 */
final class Part {

  /** Number of buckets: a bucket of a million records and their items fits into memory. */
  static final int BUCKETS = 256;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final JsonNode index;

  private Part(Path file, JsonNode index) {
    this.file = file;
    this.index = index;
  }

  /**
   * Line of a part.
   *
   * @param partition id; empty for a record that names none
   */
  record Line(String partition, String text) {

    private int bucket() {
      return Math.floorMod(partition.hashCode() * 31 ^ (partition.hashCode() >>> 16), BUCKETS);
    }
  }

  /**
   * Writes a part.
   *
   * @param next where to go on after this part; null if its reading ends here
   */
  static void write(Path file, JsonNode next, List<Line> lines) throws IOException {
    Map<Integer, List<Line>> buckets = new TreeMap<>();
    Set<String> partitions = new TreeSet<>();
    for (Line line : lines) {
      buckets.computeIfAbsent(line.bucket(), any -> new ArrayList<>()).add(line);
      partitions.add(line.partition());
    }
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.set("next", next == null ? JsonNodeFactory.instance.nullNode() : next);
    index.put("count", lines.size());
    ArrayNode names = index.putArray("partitions");
    partitions.forEach(names::add);
    ObjectNode places = index.putObject("buckets");
    Path hidden = file.resolveSibling("." + file.getFileName());
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(hidden))) {
      int begin = 0;
      for (Map.Entry<Integer, List<Line>> bucket : buckets.entrySet()) {
        byte[] bytes = compressed(bucket.getValue());
        out.write(bytes);
        places.putArray(bucket.getKey().toString()).add(begin).add(bytes.length);
        begin += bytes.length;
      }
      byte[] end = JSON.writeValueAsBytes(index);
      out.write(end);
      out.writeInt(end.length);
    }
    Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Opens a part; reads its index. */
  static Part open(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(in.length() - Integer.BYTES);
      byte[] index = new byte[in.readInt()];
      in.seek(in.length() - Integer.BYTES - index.length);
      in.readFully(index);
      return new Part(file, JSON.readTree(index));
    }
  }

  /** Returns where to go on after this part; null if its reading ends here. */
  JsonNode next() {
    return index.get("next").isNull() ? null : index.get("next");
  }

  /** Returns the number of lines. */
  int count() {
    return index.get("count").asInt();
  }

  /** Returns the partitions of the lines. */
  Set<String> partitions() {
    Set<String> partitions = new TreeSet<>();
    index.get("partitions").forEach(name -> partitions.add(name.asText()));
    return partitions;
  }

  /** Reads the lines of a bucket, in the order in which they were written. */
  List<Line> bucket(int bucket) throws IOException {
    JsonNode place = index.get("buckets").get(Integer.toString(bucket));
    if (place == null) {
      return List.of();
    }
    byte[] bytes = new byte[place.get(1).asInt()];
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(place.get(0).asLong());
      in.readFully(bytes);
    }
    List<Line> lines = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
      for (int left = in.readInt(); left > 0; left--) {
        lines.add(new Line(text(in), text(in)));
      }
    }
    return lines;
  }

  private static byte[] compressed(List<Line> lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
      out.writeInt(lines.size());
      for (Line line : lines) {
        text(line.partition(), out);
        text(line.text(), out);
      }
    }
    return bytes.toByteArray();
  }

  private static void text(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
