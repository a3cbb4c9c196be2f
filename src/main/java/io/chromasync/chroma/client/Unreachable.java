package io.chromasync.chroma.client;

import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Describes the reasons for a missing response: exceptions of the JDK's client often have no
 * message, only a class name. The messages matched here are the messages of {@code java.net.http}
 * and JSSE in JDK 17.
 */
public final class Unreachable {

  private Unreachable() {}

  /** Returns the cause and the remedy. */
  public static String sentence(Throwable failure) {
    if (isUnknownHost(failure)) {
      return "the host is unknown; check its name in 'chroma.url', and the network's name service";
    }
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection in time; check scheme, host and port of 'chroma.url', and the firewalls"
          + " in between";
    }
    if (isRefused(failure)) {
      return "the connection is refused; check that the server runs, and host and port of"
          + " 'chroma.url'";
    }
    if (isUntrusted(failure)) {
      return "its certificate is not trusted (%s); check 'chroma.ca-certificate', and that the host of 'chroma.url' is in the certificate"
          .formatted(said(failure));
    }
    if (failure instanceof SSLException) {
      return "no TLS connection (%s); if the server speaks no TLS at this port, 'chroma.url' must begin with http://"
          .formatted(said(failure));
    }
    if (speaksNoHttp(failure)) {
      return "its response is not HTTP; if the server speaks TLS, 'chroma.url' must begin with"
          + " https://";
    }
    if (saysNothing(failure)) {
      return "the connection was closed without a response; if the server speaks TLS, 'chroma.url'"
          + " must begin with https://";
    }
    return said(failure) + "; check the server, and host and port of 'chroma.url'";
  }

  /** Returns true if waiting does not help: the certificate or the scheme is wrong. */
  public static boolean isFinal(Throwable failure) {
    return isUntrusted(failure) || speaksNoTls(failure);
  }

  private static boolean isUnknownHost(Throwable failure) {
    return has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class);
  }

  /** Returns true if no connection was established, so the server has not seen the request. */
  public static boolean isBeforeTheRequest(Throwable failure) {
    return failure instanceof ConnectException
        || failure instanceof HttpConnectTimeoutException
        || failure instanceof SSLHandshakeException;
  }

  /** A connection reset has a message, ECONNREFUSED has none. */
  private static boolean isRefused(Throwable failure) {
    return failure instanceof ConnectException && failure.getMessage() == null;
  }

  private static boolean isUntrusted(Throwable failure) {
    return failure instanceof SSLHandshakeException && has(failure, CertificateException.class);
  }

  private static boolean speaksNoTls(Throwable failure) {
    return failure instanceof SSLException
        && String.valueOf(failure.getMessage()).contains("nrecognized SSL message");
  }

  private static boolean speaksNoHttp(Throwable failure) {
    return has(failure, ProtocolException.class)
        || String.valueOf(failure.getMessage()).contains("status line");
  }

  private static boolean saysNothing(Throwable failure) {
    return String.valueOf(failure.getMessage()).contains("received no bytes");
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the exception's message; its class name if there is no message. */
  private static String said(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }
}
