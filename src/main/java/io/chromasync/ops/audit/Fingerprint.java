package io.chromasync.ops.audit;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Fingerprint of a coded mapping: SHA-256 of the classes of its package. */
final class Fingerprint {

  private Fingerprint() {}

  /**
   * Returns the fingerprint in hexadecimal digits.
   *
   * @param domain class of the domain, from a jar or a folder of classes
   */
  static String of(Class<?> domain) throws IOException {
    String folder = domain.getPackageName().replace('.', '/');
    try {
      Path source = Path.of(domain.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(source)) {
        return of(source.resolve(folder));
      }
      try (FileSystem jar = FileSystems.newFileSystem(source)) {
        return of(jar.getPath(folder));
      }
    } catch (URISyntaxException e) {
      throw new IOException("The classes of the domain cannot be found", e);
    }
  }

  private static String of(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> classes =
          files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path each : classes) {
        digest.update(Files.readAllBytes(each));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
