package io.chromasync.local.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * A server that speaks S3 (S3Proxy), as a process of its own, on a loopback port and a folder that
 * outlives it:
 *
 * <pre>{@code
 * try (S3Server s3 = S3Server.start(folder)) {
 *   s3.createBucket("deltas");
 *   s3.put("deltas", "words/delta/1/delta.tar.gz", bytes);
 *   s3.kill();
 *   s3.restart(); // same port, same objects
 * }
 * }</pre>
 *
 * <p>It takes any credentials.
 */
public final class S3Server implements AutoCloseable {

  private final Path folder;
  private final int port;
  private final S3AsyncClient client;
  private ServerProcess process;

  private S3Server(Path folder, int port) {
    this.folder = folder;
    this.port = port;
    this.client =
        S3AsyncClient.builder()
            .endpointOverride(endpoint())
            .forcePathStyle(true)
            // Elsewhere the SDK names the region of a new bucket, which this server refuses.
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
  }

  /** Starts one on a free port and returns when it answers. */
  public static S3Server start(Path folder) {
    return start(folder, 0);
  }

  /**
   * As {@link #start(Path)}.
   *
   * @param preferredPort taken if it is free, else another; 0 = any
   */
  public static S3Server start(Path folder, int preferredPort) {
    S3Server server = new S3Server(folder, ServerProcess.freePort(preferredPort));
    server.restart();
    return server;
  }

  /** One on a folder of its own that nobody needs afterwards. */
  public static S3Server startEmpty() {
    try {
      return start(Files.createTempDirectory("chromasync-s3-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** A client that stays good until this server is closed, across restarts too. */
  public S3AsyncClient client() {
    return client;
  }

  public void createBucket(String bucket) {
    client.createBucket(request -> request.bucket(bucket)).join();
  }

  public void put(String bucket, String key, byte[] content) {
    client
        .putObject(request -> request.bucket(bucket).key(key), AsyncRequestBody.fromBytes(content))
        .join();
  }

  public void delete(String bucket, String key) {
    client.deleteObject(request -> request.bucket(bucket).key(key)).join();
  }

  /** Ends it in the middle of whatever it does. */
  public void kill() {
    process.kill();
  }

  /** Starts it again after {@link #kill}, on the same port and folder. */
  public void restart() {
    process = ServerProcess.start("s3", command(), Map.of(), ServerProcess.SERVERS, this::answers);
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }

  private List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-DLOG_LEVEL=info",
        "-jar",
        ServerProcess.SERVERS.resolve("s3proxy.jar").toString(),
        "--properties",
        properties().toString());
  }

  private Path properties() {
    Path buckets = folder.resolve("buckets").toAbsolutePath();
    Properties properties = new Properties();
    properties.setProperty("s3proxy.endpoint", endpoint().toString());
    properties.setProperty("s3proxy.authorization", "none");
    // The SDK sends checksums with every object, which it does not know.
    properties.setProperty("s3proxy.ignore-unknown-headers", "true");
    properties.setProperty("jclouds.provider", "filesystem-nio2");
    properties.setProperty("jclouds.filesystem.basedir", buckets.toString());
    Path file = folder.resolve("s3proxy.properties");
    try {
      Files.createDirectories(buckets);
      try (OutputStream stream = Files.newOutputStream(file)) {
        properties.store(stream, null);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
