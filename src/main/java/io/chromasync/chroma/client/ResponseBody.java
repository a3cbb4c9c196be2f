package io.chromasync.chroma.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Decodes the body of a response. A client without {@code Accept-Encoding} may still receive gzip
 * (RFC 9110, 12.5.3), which the JDK's client does not decode. A byte order mark is kept, because
 * Chroma never sends one (RFC 8259, 8.1 forbids it).
 */
public final class ResponseBody {

  /** Maximum bytes of a body, also decompressed; no response to the job's requests is as large. */
  static final int LONGEST = 64 << 20;

  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

  /** Text in place of a body beyond the limit; not JSON. */
  static final String TOO_LONG = "a body that is too long";

  private ResponseBody() {}

  /**
   * Returns the text of a body; if the body does not match its headers, a text that is not JSON.
   */
  static String decode(HttpHeaders headers, byte[] body) {
    String encoding =
        headers.firstValue("Content-Encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
    Charset charset = charset(headers.firstValue("Content-Type").orElse(""));
    return switch (encoding) {
      case "", "identity" -> new String(body, charset);
      case "gzip", "x-gzip" -> unzipped(body, charset);
      default -> "a body with an unknown encoding";
    };
  }

  private static String unzipped(byte[] body, Charset charset) {
    try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] bytes = plain.readNBytes(LONGEST + 1);
      return bytes.length > LONGEST ? TOO_LONG : new String(bytes, charset);
    } catch (IOException e) {
      return "a body that is no complete gzip";
    }
  }

  private static Charset charset(String contentType) {
    Matcher charset = CHARSET.matcher(contentType);
    try {
      return charset.find() ? Charset.forName(charset.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }
}
