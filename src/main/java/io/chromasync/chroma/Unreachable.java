package io.chromasync.chroma;

import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Reasons for which a server gives no response, in words: the JDK's client often has only the name
 * of a class. The messages it is told by are those of JDK 17's {@code java.net.http} and JSSE.
 */
final class Unreachable {

  private Unreachable() {}

  /** Cause and remedy. */
  static String sentence(Throwable failure) {
    if (isUnknownHost(failure)) {
      return "the host is unknown; check its name in 'chroma.url', and the network's name service";
    }
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection in time; check scheme, host and port of 'chroma.url', and the firewalls"
          + " on the way";
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
      return "what it says is no HTTP; if it speaks TLS, 'chroma.url' must begin with https://";
    }
    if (saysNothing(failure)) {
      return "the connection was closed without an answer; if the server speaks TLS, 'chroma.url'"
          + " must begin with https://";
    }
    return said(failure) + "; check the server, and host and port of 'chroma.url'";
  }

  /** Whether time alone does not help: certificate or scheme are wrong. */
  static boolean isFinal(Throwable failure) {
    return isUntrusted(failure) || speaksNoTls(failure);
  }

  private static boolean isUnknownHost(Throwable failure) {
    return has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class);
  }

  /** A connection that is reset says so. */
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

  /** The exception's own words; of some there is only the class. */
  private static String said(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }
}
