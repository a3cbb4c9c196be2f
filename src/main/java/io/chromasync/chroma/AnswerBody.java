package io.chromasync.chroma;

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
 * Decodes the body of a response: who sends no {@code Accept-Encoding} may be answered with gzip
 * (RFC 9110, 12.5.3), which the JDK's client leaves as it is. A byte order mark stays, as no Chroma
 * sends one (RFC 8259, 8.1 forbids it).
 */
final class AnswerBody {

  /** Most bytes of a body that was compressed; no answer to us has as many. */
  private static final int LONGEST = 64 << 20;

  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

  private AnswerBody() {}

  /** The text of a body; one that is not what its headers say is text that is no JSON. */
  static String decode(HttpHeaders headers, byte[] body) {
    String encoding =
        headers.firstValue("Content-Encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
    Charset charset = charset(headers.firstValue("Content-Type").orElse(""));
    return switch (encoding) {
      case "", "identity" -> new String(body, charset);
      case "gzip", "x-gzip" -> unzipped(body, charset);
      default -> "a body with an encoding of its own";
    };
  }

  private static String unzipped(byte[] body, Charset charset) {
    try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] bytes = plain.readNBytes(LONGEST + 1);
      return bytes.length > LONGEST ? "a body that is too long" : new String(bytes, charset);
    } catch (IOException e) {
      return "a body that is no whole gzip";
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
