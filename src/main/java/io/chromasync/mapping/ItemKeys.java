package io.chromasync.mapping;

import io.chromasync.model.EntityKey;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what an item's keys name: {@code PK = IMAGE#<image>} and a sort key such as {@code
 * RECEIPT#00001#LINE#00007#WORD#00002#LABEL#TAX}.
 *
 * <p>Patterns are exact, so an item of another kind under the same image ({@code …#LETTER#00003})
 * names nothing of ours. Numbers are zero-padded to five digits; wider ones are simply longer.
 */
final class ItemKeys {

  private static final String IMAGE = "IMAGE#";

  private static final Pattern BELOW_IMAGE =
      Pattern.compile(
          ("RECEIPT#(?<receipt>@)"
                  + "(?:#LINE#(?<line>@)(?:#WORD#(?<word>@)(?:#LABEL#(?<label>.+))?)?"
                  + "|#(?<place>PLACE)"
                  + "|#SECTION#(?<section>[^#]+)"
                  + "|#ROW#(?<row>@)"
                  + "|#COMPACTION_RUN#(?<run>[^#]+))?")
              .replace("@", "\\d{5}|[1-9]\\d{5,8}"),
          Pattern.DOTALL);

  private ItemKeys() {}

  /** The partition key of an image's items. */
  static String partitionOf(String image) {
    return IMAGE + image;
  }

  /** Whether the item lies in the partition of an image. */
  static boolean inImage(String partitionKey) {
    return partitionKey.startsWith(IMAGE);
  }

  /** The image id, or null if the partition key does not name an image. */
  static String image(String partitionKey) {
    boolean named =
        inImage(partitionKey)
            && partitionKey.length() > IMAGE.length()
            && partitionKey.indexOf('#', IMAGE.length()) < 0;
    return named ? partitionKey.substring(IMAGE.length()) : null;
  }

  /**
   * The entity, or null if the sort key names none of ours. A label is named in upper case by all
   * that follows {@code #LABEL#}.
   */
  static EntityKey entity(String sortKey) {
    if (sortKey.equals("IMAGE")) {
      return EntityKey.image();
    }
    Matcher matcher = BELOW_IMAGE.matcher(sortKey);
    if (!matcher.matches()) {
      return null;
    }
    int receipt = number(matcher, "receipt");
    return receipt == 0 ? null : below(receipt, matcher);
  }

  private static EntityKey below(int receipt, Matcher key) {
    if (key.group("label") != null) {
      String name = key.group("label").toUpperCase(Locale.ROOT);
      return EntityKey.label(receipt, number(key, "line"), number(key, "word"), name);
    }
    if (key.group("word") != null) {
      return EntityKey.word(receipt, number(key, "line"), number(key, "word"));
    }
    if (key.group("line") != null) {
      return EntityKey.line(receipt, number(key, "line"));
    }
    if (key.group("place") != null) {
      return EntityKey.place(receipt);
    }
    if (key.group("section") != null) {
      return EntityKey.section(receipt, key.group("section"));
    }
    if (key.group("row") != null) {
      return EntityKey.row(receipt, number(key, "row"));
    }
    if (key.group("run") != null) {
      return EntityKey.run(receipt, key.group("run"));
    }
    return EntityKey.receipt(receipt);
  }

  private static int number(Matcher key, String group) {
    return Integer.parseInt(key.group(group));
  }
}
