package io.chromasync.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of this repository, for tests of sources and documents. */
final class Repository {

  static final Path ROOT = Path.of("").toAbsolutePath();

  private Repository() {}

  /** Sources, scripts and their resources, without state fixtures. */
  static Stream<Path> sources() {
    return Stream.concat(files("src"), files("bin"));
  }

  /** Markdown documents. */
  static Stream<Path> documents() {
    return Stream.concat(list(ROOT, 1), files("docs"))
        .filter(file -> file.toString().endsWith(".md"));
  }

  /** All files below a folder of the repository. */
  static Stream<Path> files(String folder) {
    return list(ROOT.resolve(folder), Integer.MAX_VALUE)
        .filter(file -> !file.toString().contains("node_modules"))
        .filter(file -> !file.toString().contains("/state/"));
  }

  /** The path of a file within the repository. */
  static Path name(Path file) {
    return ROOT.relativize(file);
  }

  /** The content of a file; bytes that are not UTF-8 are replaced. */
  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> list(Path folder, int depth) {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      return all.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
