package io.chromasync.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a client and an HTTP server on a loopback port, and lets writes go wrong as a
 * {@link FaultPlan} says. What reads passes.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.start(chroma.url(), InstantSource.system())) {
 *   proxy.inject(FaultPlan.of(seed, 0.02, Fault.DROP_AFTER, Fault.ERROR));
 *   … write to proxy.url() …
 *   proxy.injected(); // how many faults there were, by kind
 * }
 * }</pre>
 *
 * <p>A server that does not answer looks as it is: the client loses its connection. Safe for use by
 * several threads.
 */
public final class FaultProxy implements AutoCloseable {

  /** The longest delay: less than a job takes to restart, so no write outlives its writer. */
  public static final Duration LONGEST_DELAY = Duration.ofMillis(500);

  /** How late the server gets a write that is late. */
  public static final Duration LATEST = Duration.ofMillis(1500);

  private static final int BACKLOG = 100;
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String HTML = "Content-Type: text/html; charset=utf-8\r\n";

  /** As Chroma 1.0.3 says it. */
  private static final byte[] ERROR =
      "{\"error\":\"InternalError\",\"message\":\"as asked for\"}".getBytes(StandardCharsets.UTF_8);

  private static final byte[] PAGE =
      "<!doctype html><html><title>Soon back</title></html>".getBytes(StandardCharsets.UTF_8);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ServerSocket server;
  private final URI target;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultProxy::daemon);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<Fault, Long> injected = new EnumMap<>(Fault.class);
  private final ConcurrentSkipListSet<Instant> writes = new ConcurrentSkipListSet<>();
  private FaultPlan plan = FaultPlan.CALM;
  private long requests;

  /** Closed while nothing passes. */
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private FaultProxy(ServerSocket server, URI target, InstantSource clock) {
    this.server = server;
    this.target = target;
    this.clock = clock;
  }

  public static FaultProxy start(URI target, InstantSource clock) {
    try {
      ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(server, target, clock);
      proxy.threads.execute(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** From now on writes go wrong as the plan says. */
  public synchronized void inject(FaultPlan next) {
    plan = next;
  }

  /** How many faults of each kind there were; kinds without any are left out. */
  public synchronized Map<Fault, Long> injected() {
    return new EnumMap<>(injected);
  }

  /**
   * Lets nothing pass, reads included, until {@link #resume}. What a client has given up by then is
   * never forwarded, as if it had never left the client.
   */
  public void stall() {
    gate = new CountDownLatch(1);
  }

  public void resume() {
    gate.countDown();
  }

  /**
   * When the server first took a write of a record since a moment, that included; null if it took
   * none.
   */
  public Instant firstWriteSince(Instant moment) {
    return writes.ceiling(moment);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        threads.execute(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** Serves a connection until one of both ends it. */
  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      ProxiedRequest request = ProxiedRequest.read(in);
      while (request != null && passGate(connection, in) && exchange(request, connection)) {
        request = ProxiedRequest.read(in);
      }
    } catch (IOException lost) {
      // The client went away, or the server did, which closes the client's connection.
      return;
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the client is still there when the gate is open. */
  private boolean passGate(Socket connection, InputStream in)
      throws IOException, InterruptedException {
    if (gate.getCount() == 0) {
      return true;
    }
    count(Fault.STALL);
    gate.await();
    return !isGone(connection, in);
  }

  /** Whether the connection is good for another request. */
  private boolean exchange(ProxiedRequest request, Socket connection)
      throws IOException, InterruptedException {
    Decision decision = decide(request);
    switch (decision.fault()) {
      case DROP_BEFORE -> {}
      case DROP_AFTER -> forward(request);
      case CUT -> {
        byte[] answer = bytes(forward(request));
        send(connection, Arrays.copyOf(answer, answer.length / 2));
      }
      case LATE -> threads.execute(() -> forwardLate(request, decision.pause()));
      case THROTTLE -> send(connection, bytes(429, "Retry-After: 1\r\n", new byte[0]));
      case ERROR -> send(connection, bytes(500, JSON, ERROR));
      case PAGE -> send(connection, bytes(200, HTML, PAGE));
      case PAGE_AFTER -> {
        forward(request);
        send(connection, bytes(200, HTML, PAGE));
      }
      case EMPTY -> send(connection, bytes(200, JSON, new byte[0]));
      default -> {
        if (decision.fault() == Fault.DELAY) {
          TimeUnit.NANOSECONDS.sleep(decision.pause().toNanos());
        } else if (decision.fault() == Fault.DUPLICATE) {
          forward(request);
        }
        send(connection, bytes(forward(request)));
      }
    }
    return switch (decision.fault()) {
      case DROP_BEFORE, DROP_AFTER, CUT, LATE -> false;
      default -> true;
    };
  }

  private record Decision(Fault fault, Duration pause) {}

  private synchronized Decision decide(ProxiedRequest request) {
    if (!request.isWrite()) {
      return new Decision(Fault.NONE, Duration.ZERO);
    }
    long number = requests++;
    Fault fault = plan.of(number);
    if (fault != Fault.NONE) {
      count(fault);
    }
    return new Decision(fault, plan.wait(number, fault == Fault.LATE ? LATEST : LONGEST_DELAY));
  }

  private synchronized void count(Fault fault) {
    injected.merge(fault, 1L, Long::sum);
  }

  private void forwardLate(ProxiedRequest request, Duration wait) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
      forward(request);
    } catch (IOException lost) {
      // Nobody waits for it.
      return;
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> forward(ProxiedRequest request)
      throws IOException, InterruptedException {
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(target.resolve(request.path()))
            .timeout(TIMEOUT)
            .method(request.method(), BodyPublishers.ofByteArray(request.body()));
    request.headers().entrySet().stream()
        .filter(header -> header.getKey().matches("(?i)content-type|authorization|x-chroma-.*"))
        .forEach(header -> copy.header(header.getKey(), header.getValue()));
    HttpResponse<byte[]> answer = client.send(copy.build(), BodyHandlers.ofByteArray());
    if (request.isWrite()
        && !request.isMark()
        && new String(answer.body(), StandardCharsets.UTF_8).startsWith("{")
        && answer.statusCode() / 100 == 2) {
      writes.add(clock.instant());
    }
    return answer;
  }

  private static byte[] bytes(HttpResponse<byte[]> answer) {
    String type =
        answer
            .headers()
            .firstValue("Content-Type")
            .map("Content-Type: %s\r\n"::formatted)
            .orElse("");
    return bytes(answer.statusCode(), type, answer.body());
  }

  /** An answer as it travels. */
  private static byte[] bytes(int status, String headers, byte[] body) {
    String head =
        "HTTP/1.1 %s -\r\n%sContent-Length: %s\r\n\r\n".formatted(status, headers, body.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static void send(Socket connection, byte[] bytes) throws IOException {
    connection.getOutputStream().write(bytes);
    connection.getOutputStream().flush();
  }

  /** A client that waits for an answer sends nothing, so its end is all that can be read. */
  private static boolean isGone(Socket connection, InputStream in) throws IOException {
    connection.setSoTimeout(1);
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException waiting) {
      return false;
    } finally {
      connection.setSoTimeout(0);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "fault-proxy");
    thread.setDaemon(true);
    return thread;
  }
}
