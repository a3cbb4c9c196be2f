package io.chromasync.local.deltas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs deltas as the embedding pipeline does. */
public final class DeltaTar {

  private DeltaTar() {}

  /**
   * Packs a folder, members under {@code ./}.
   *
   * @param archive written anew, outside the folder; by custom {@code delta.tar.gz}
   * @return the archive
   */
  public static Path pack(Path folder, Path archive) {
    try (TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)));
        Stream<Path> tree = Files.walk(folder)) {
      List<Path> members = tree.sorted().toList();
      for (Path member : members) {
        append(tar, member, "./" + folder.relativize(member));
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be packed", e);
    }
  }

  private static void append(TarArchiveOutputStream tar, Path member, String name)
      throws IOException {
    tar.putArchiveEntry(new TarArchiveEntry(member, name));
    if (Files.isRegularFile(member)) {
      Files.copy(member, tar);
    }
    tar.closeArchiveEntry();
  }
}
