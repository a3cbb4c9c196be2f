package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Prints a receipt from the top downwards: head, items with their prices in a column of their own,
 * sums, payment, foot.
 */
final class ReceiptText {

  /** What character recognition makes of scratches. */
  static final String SCRATCHES = "|. '";

  private static final double LEFT = 0.06;
  private static final double PRICE = 0.78;
  private static final double LETTER = 0.018;

  private final List<PrintedLine> lines = new ArrayList<>();
  private final Random random;
  private final double rowHeight;
  private double y = 0.98;

  private ReceiptText(Random random, int rows) {
    this.random = random;
    this.rowHeight = 0.96 / rows;
  }

  static List<PrintedLine> print(Shop shop, Random random) {
    int items = 11 + random.nextInt(7);
    ReceiptText text = new ReceiptText(random, items + items / 4 + 22);
    text.head(shop);
    int sum = text.items(shop, items);
    text.sums(sum);
    text.foot(shop);
    return List.copyOf(text.lines);
  }

  private void head(Shop shop) {
    full(shop.name().toUpperCase(Locale.ROOT), "MERCHANT_NAME", "STOREFRONT", null);
    full(shop.street(), "ADDRESS_LINE", "ADDRESS", null);
    full(shop.city(), "ADDRESS_LINE", "ADDRESS", null);
    full(shop.phone().replace(' ', '-'), "PHONE_NUMBER", "ADDRESS", "phone");
    full(shop.site(), "WEBSITE", "STOREFRONT", "url");
    full("OPEN DAILY 7AM - 10PM", "STORE_HOURS", "STOREFRONT", null);
    row(
        String.format(Locale.ROOT, "03/%02d/2026", 1 + random.nextInt(28)),
        "DATE",
        clock(),
        "TIME");
    full("CASHIER 04 REG 2 TRN " + (1000 + random.nextInt(9000)), null, "TRANSACTION_INFO", null);
    full("GROCERY AND MORE", null, "SECTION_HEADER", null);
  }

  private int items(Shop shop, int count) {
    int sum = 0;
    for (int item = 0; item < count; item++) {
      String[] namePrice = shop.items().get(random.nextInt(shop.items().size())).split(":", -1);
      int quantity = 1 + random.nextInt(3);
      int price = Integer.parseInt(namePrice[1]);
      priced("ITEMS", namePrice[0], "PRODUCT_NAME", quantity * price, "LINE_TOTAL");
      sum += quantity * price;
      if (item % 4 == 3) {
        full("  %s @ %s EA".formatted(quantity, money(price)).strip(), "QUANTITY", "ITEMS", null);
      }
    }
    return sum;
  }

  private void sums(int sum) {
    int tax = sum * 775 / 10_000;
    priced("SUMMARY", "SUBTOTAL", null, sum, "SUBTOTAL");
    priced("SUMMARY", "TAX 7.75%", null, tax, "TAX");
    priced("TOTAL_LINE", "TOTAL", null, sum + tax, "GRAND_TOTAL");
    priced(
        "PAYMENT", "VISA ****" + (1000 + random.nextInt(9000)), "PAYMENT_METHOD", sum + tax, null);
    priced("PAYMENT", "CHANGE DUE", null, 0, "CHANGE");
    full("APPROVED AUTH " + (100_000 + random.nextInt(900_000)), null, "PAYMENT", null);
    full(SCRATCHES, null, null, null);
  }

  private void foot(Shop shop) {
    full("MEMBER " + (10_000_000 + random.nextInt(1_000_000)), "LOYALTY_ID", "FOOTER", null);
    full("TELL US HOW WE DID", null, "SURVEY", null);
    full("SURVEY AT " + shop.site(), "WEBSITE", "SURVEY", null);
    full("RETURNS WITHIN 30 DAYS WITH RECEIPT", null, "FOOTER", null);
    full("THANK YOU FOR SHOPPING", null, "FOOTER", null);
  }

  private void priced(String section, String text, String label, int cents, String priceLabel) {
    double jitter = jitter();
    add(text, LEFT, jitter, new Meaning(label, section, null));
    add(money(cents), PRICE, jitter(), new Meaning(priceLabel, section, null));
    y -= rowHeight;
  }

  private void row(String left, String leftLabel, String right, String rightLabel) {
    add(left, LEFT, jitter(), new Meaning(leftLabel, "TRANSACTION_INFO", null));
    add(right, PRICE, jitter(), new Meaning(rightLabel, "TRANSACTION_INFO", null));
    y -= rowHeight;
  }

  private void full(String text, String label, String section, String detected) {
    add(text, LEFT, jitter(), new Meaning(label, section, detected));
    y -= rowHeight;
  }

  /** What a line stands for. */
  private record Meaning(String label, String section, String detected) {}

  private void add(String text, double x, double jitter, Meaning meaning) {
    double height = rowHeight * 0.7;
    Box box = new Box(x, y - height + jitter, text.length() * LETTER, height);
    lines.add(new PrintedLine(text, box, meaning.label(), meaning.section(), meaning.detected()));
  }

  /** A photo is never quite straight. */
  private double jitter() {
    return (random.nextDouble() - 0.5) * rowHeight * 0.3;
  }

  private String clock() {
    return String.format(Locale.ROOT, "%02d:%02d", 8 + random.nextInt(12), random.nextInt(60));
  }

  private static String money(int cents) {
    return String.format(Locale.ROOT, "%s.%02d", cents / 100, cents % 100);
  }
}
