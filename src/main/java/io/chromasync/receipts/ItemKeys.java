package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of the sort keys of an image's items, such as {@code
 * RECEIPT#00001#LINE#00007#WORD#00002#LABEL#TAX}.
 *
 * <p>Patterns are exact, so an item of another kind under the same image ({@code …#LETTER#00003})
 * matches none of them. Numbers are zero-padded to five digits; larger numbers have more digits.
 */
final class ItemKeys {

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

  private static final String IMAGE = "IMAGE#";

  private ItemKeys() {}

  /** Partition key of an image's items. */
  static String partitionOf(String image) {
    return IMAGE + image;
  }

  /** Returns true if the item is in the partition of an image. */
  static boolean inImage(String partitionKey) {
    return partitionKey.startsWith(IMAGE);
  }

  /** Image id, or null if the partition key is not that of an image. */
  static String image(String partitionKey) {
    boolean named =
        inImage(partitionKey)
            && partitionKey.length() > IMAGE.length()
            && partitionKey.indexOf('#', IMAGE.length()) < 0;
    return named ? partitionKey.substring(IMAGE.length()) : null;
  }

  /**
   * Entity of a sort key, or null if the key is of another kind. The name of a label is everything
   * after {@code #LABEL#}, in upper case.
   */
  static EntityKey entity(String sortKey) {
    if (sortKey.equals("IMAGE")) {
      return ReceiptKeys.image();
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
      return ReceiptKeys.label(receipt, number(key, "line"), number(key, "word"), name);
    }
    if (key.group("word") != null) {
      return ReceiptKeys.word(receipt, number(key, "line"), number(key, "word"));
    }
    if (key.group("line") != null) {
      return ReceiptKeys.line(receipt, number(key, "line"));
    }
    if (key.group("place") != null) {
      return ReceiptKeys.place(receipt);
    }
    if (key.group("section") != null) {
      return ReceiptKeys.section(receipt, key.group("section"));
    }
    if (key.group("row") != null) {
      return ReceiptKeys.row(receipt, number(key, "row"));
    }
    if (key.group("run") != null) {
      return ReceiptKeys.run(receipt, key.group("run"));
    }
    return ReceiptKeys.receipt(receipt);
  }

  private static int number(Matcher key, String group) {
    return Integer.parseInt(key.group(group));
  }
}
