package io.chromasync.chroma.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Parsed URL of a server: scheme, host, port and an optional path of a proxy. Scheme and host are
 * case-insensitive (RFC 3986, 3.1 and 3.2.2).
 *
 * @param uri URI without a trailing slash; null = it cannot be used
 * @param rule violated rule, if the URL cannot be used; begins with a verb and quotes nothing of
 *     the URL
 * @param isShown true if the value may be shown; a URL with a user, query or fragment may contain a
 *     password or token
 */
public record ChromaUrl(URI uri, String rule, boolean isShown) {

  private static final int LAST_PORT = 65_535;

  /** Prefix of the paths of {@link Chroma}. */
  private static final Pattern API = Pattern.compile(".*/api/v\\d+(/.*)?");

  /** Text without a scheme: a host and an optional port and path. */
  private static final Pattern BARE = Pattern.compile("[\\w.-]+(:\\d+)?(/.*)?");

  private static final String NO_USER = "must hold no user and password; use 'token-secret-arn'";

  /**
   * Parses a URL; surrounding white space and trailing slashes are ignored. Never returns null: an
   * invalid URL has a {@link #rule}.
   */
  public static ChromaUrl parse(String given) {
    String text = given.strip().replaceAll("/+$", "");
    if (text.contains("?")) {
      return hidden("must have no query; a token goes into 'token-secret-arn'");
    }
    if (text.contains("#")) {
      return hidden("must have no fragment ('#'); a token goes into 'token-secret-arn'");
    }
    try {
      return of(new URI(text), text);
    } catch (URISyntaxException e) {
      return unreadable(text);
    }
  }

  private static ChromaUrl of(URI uri, String text) {
    if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
      return hidden(NO_USER);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return unreadable(text);
    }
    if (uri.getHost() == null && uri.getRawAuthority() != null && !text.contains("@")) {
      return wrong(
          "must have a host of letters, digits, hyphens and dots (no underscore), and a port of"
              + " digits,");
    }
    if (uri.getHost() == null) {
      return unreadable(text);
    }
    if (uri.getPort() == 0 || uri.getPort() > LAST_PORT) {
      return wrong("must have a port from 1 to 65535");
    }
    if (API.matcher(uri.getRawPath()).matches()) {
      return wrong(
          "must be the server's URL without the API's path (/api/v2), as in "
              + base(uri, scheme, uri.getRawPath().replaceFirst("/api/v\\d+.*", ""))
              + ",");
    }
    return new ChromaUrl(URI.create(base(uri, scheme, uri.getRawPath())), null, true);
  }

  private static ChromaUrl unreadable(String text) {
    String example = BARE.matcher(text).matches() ? text : "localhost:8000";
    return text.contains("@")
        ? hidden(NO_USER)
        : wrong("must be an absolute http or https URL, as in http://%s,".formatted(example));
  }

  private static String base(URI uri, String scheme, String path) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port + path;
  }

  private static ChromaUrl wrong(String rule) {
    return new ChromaUrl(null, rule, true);
  }

  private static ChromaUrl hidden(String rule) {
    return new ChromaUrl(null, rule, false);
  }
}
