package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.InvalidSettings;
import io.chromasync.ops.audit.Part.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Folder with what an audit has read so far. An audit that was ended resumes from its parts.
 *
 * <p>Not thread-safe, but parts of different readings may be written at the same time.
 */
final class WorkFolder {

  private static final String SUBJECT = "audit.json";
  private static final String SUFFIX = ".part";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final boolean isResumed;

  private WorkFolder(Path folder, boolean isResumed) {
    this.folder = folder;
    this.isResumed = isResumed;
  }

  /**
   * Opens a folder: a new audit, or one that was ended.
   *
   * @param folder created if it is missing
   * @param subject what is audited, and how
   * @throws InvalidSettings if the folder has parts of another audit
   */
  static WorkFolder open(Path folder, JsonNode subject) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(SUBJECT);
    if (!Files.exists(file)) {
      Files.write(file, JSON.writeValueAsBytes(subject));
      return new WorkFolder(folder, false);
    }
    JsonNode found = JSON.readTree(file.toFile());
    if (!found.equals(subject)) {
      throw new InvalidSettings(
          "--work must name an empty folder, or that of the same audit, but %s has parts of %s"
              .formatted(folder, found));
    }
    return new WorkFolder(folder, true);
  }

  /** Returns true if parts of an ended audit may be there. */
  boolean isResumed() {
    return isResumed;
  }

  /** Returns the parts of a reading, in order. */
  List<Part> parts(String reading) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (Path file : files(reading + "-")) {
      parts.add(Part.open(file));
    }
    return parts;
  }

  /**
   * Adds a part to a reading.
   *
   * @param number of the part, from 0
   * @param next where to go on after it; null if the reading ends here
   */
  void write(String reading, int number, JsonNode next, List<Line> lines) throws IOException {
    String name = String.format(Locale.ROOT, "%s-%06d%s", reading, number, SUFFIX);
    Part.write(folder.resolve(name), next, lines);
  }

  /** Returns the partitions of all readings whose names begin so. */
  Set<String> partitions(String readings) throws IOException {
    Set<String> partitions = new TreeSet<>();
    for (Path file : files(readings)) {
      partitions.addAll(Part.open(file).partitions());
    }
    return partitions;
  }

  /** Returns the lines of a bucket of all readings whose names begin so. */
  List<Line> bucket(String readings, int bucket) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Path file : files(readings)) {
      lines.addAll(Part.open(file).bucket(bucket));
    }
    return lines;
  }

  /** Deletes all parts, so that the next audit begins at the start. */
  void delete() throws IOException {
    delete(folder);
  }

  /** Deletes all parts in a folder, and the folder if it is empty then. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    for (Path file : files(folder, "")) {
      Files.delete(file);
    }
    Files.deleteIfExists(folder.resolve(SUBJECT));
    try (Stream<Path> rest = Files.list(folder)) {
      if (rest.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(folder);
  }

  private List<Path> files(String beginning) throws IOException {
    return files(folder, beginning);
  }

  private static List<Path> files(Path folder, String beginning) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith(beginning) && name.endsWith(SUFFIX) && name.charAt(0) != '.';
              })
          .sorted()
          .toList();
    }
  }
}
