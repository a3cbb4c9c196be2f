package io.chromasync.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * HTTP servers of tests, on free loopback ports.
 *
 * <p>The JDK's server sends headers and body apart. Unless told otherwise it lets the body wait for
 * the client's acknowledgement of the headers, which a client delays by 40 ms: for every request.
 * The JDK reads the property once, with its first server, so all of ours are made here.
 */
public final class Loopback {

  /** Connections that may wait to be accepted. */
  private static final int BACKLOG = 100;

  static {
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private Loopback() {}

  /** A server that is not started yet. */
  public static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
  }
}
