package io.chromasync.local;

import io.chromasync.local.servers.ChromaServer;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The servers of the table, of the deltas and of the records. */
final class LocalServers implements AutoCloseable {

  private final DynamoDbLocal dynamoDb;
  private S3Server s3;
  private ChromaServer chroma;
  private Path records;

  /**
   * Where servers listen, and Flink's web UI: on these ports, or on others where they are taken; 0
   * = any.
   */
  record Ports(int dynamoDb, int s3, int chroma, int ui) {

    /** Those that people expect. */
    static final Ports USUAL = new Ports(8010, 9000, 8000, 8081);

    /** For tests, of which several may start in the same moment and find the same port free. */
    static final Ports ANY = new Ports(0, 0, 0, 0);
  }

  private LocalServers(Ports ports) {
    this.dynamoDb = DynamoDbLocal.start(ports.dynamoDb());
  }

  /**
   * Starts them.
   *
   * @param folder where S3 and Chroma keep their data; DynamoDB Local keeps it in memory
   */
  static LocalServers start(Path folder, Ports ports) throws IOException {
    LocalServers servers = new LocalServers(ports);
    try {
      servers.s3 = S3Server.start(Files.createDirectories(folder.resolve("s3")), ports.s3());
      servers.records = Files.createDirectories(folder.resolve("chroma"));
      servers.chroma = ChromaServer.start(servers.records, ports.chroma());
      return servers;
    } catch (IOException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  /** URL of the table's server. */
  String dynamoDb() {
    return dynamoDb.endpoint().toString();
  }

  S3Server s3() {
    return s3;
  }

  /** URL of Chroma. */
  String chroma() {
    return chroma.url().toString();
  }

  /** Kills Chroma as {@code kill -9} does; what it acknowledged must be in its folder. */
  void killChroma() {
    chroma.kill();
  }

  /**
   * Copies Chroma's folder while it is down, and starts it again.
   *
   * @param backup a folder that is not there yet
   */
  void backUpChroma(Path backup) throws IOException {
    chroma.kill();
    copy(records, backup);
    chroma.restart();
  }

  /** Puts a copy in the place of Chroma's folder while it is down, and starts it again. */
  void restoreChroma(Path backup) throws IOException {
    chroma.kill();
    try (Stream<Path> files = Files.walk(records)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    copy(backup, records);
    chroma.restart();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Starts Chroma again on its folder, where it was. */
  void restartChroma() {
    chroma.restart();
  }

  @Override
  public void close() {
    if (chroma != null) {
      chroma.close();
    }
    if (s3 != null) {
      s3.close();
    }
    dynamoDb.close();
  }
}
