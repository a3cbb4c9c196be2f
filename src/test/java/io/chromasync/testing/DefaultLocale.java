package io.chromasync.testing;

import java.util.List;
import java.util.Locale;

/**
 * A locale that is this JVM's until it is closed: nothing that a machine reads may depend on it.
 */
public final class DefaultLocale implements AutoCloseable {

  /** Other digits, other upper case, another calendar. */
  public static final List<String> TAGS =
      List.of("ar-EG", "fa-IR", "bn-BD", "mr-IN", "tr-TR", "th-TH-u-ca-buddhist-nu-thai");

  private final Locale before = Locale.getDefault();

  public DefaultLocale(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
  }

  @Override
  public void close() {
    // For all categories, of which none was set by itself.
    Locale.setDefault(before);
  }
}
