package io.chromasync.testing;

import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items as the producers of the table write them, index keys included: {@code Items.label(image, 1,
 * 7, 2, "TAX").status(VALID).proposedBy("layout-model")}.
 */
public final class Items {

  private static final String[] CORNERS = {"top_left", "top_right", "bottom_left", "bottom_right"};

  private Items() {}

  /** One item of every kind that has a fact, all of one image. */
  public static List<TableItem> ofEveryFact(String image) {
    return List.of(
        image(image),
        receipt(image, 1),
        reservation(image, 1, "op"),
        line(image, 1, 7, "BANANAS"),
        word(image, 1, 7, 2, "BANANAS"),
        label(image, 1, 7, 2, "TAX"),
        place(image, 1),
        section(image, 1, "ITEMS", 7, 8),
        row(image, 1, 7, 8));
  }

  /** A photo. */
  public static TableItem image(String image) {
    return TableItem.of(image, "IMAGE", "IMAGE")
        .text("GSI1PK", "IMAGE#" + image)
        .text("GSI1SK", "IMAGE")
        .text("GSI2PK", "IMAGE#" + image)
        .text("GSI2SK", "IMAGE")
        .text("GSI3PK", "IMAGE#PHOTO")
        .text("GSI3SK", "NUM_RECEIPTS#00001")
        .number("width", "3024")
        .number("height", "4032")
        .text("timestamp_added", "2026-03-02T18:03:00+00:00")
        .text("raw_s3_bucket", "raw-demo")
        .text("raw_s3_key", "raw/" + image + ".png")
        .text("image_type", "PHOTO")
        .number("receipt_count", "1")
        .empty("sha256", "cdn_s3_bucket", "cdn_s3_key");
  }

  /** A receipt cut from a photo. */
  public static TableItem receipt(String image, int receipt) {
    TableItem item =
        TableItem.of(image, receiptKey(receipt), "RECEIPT")
            .text("GSI1PK", "IMAGE#" + image)
            .text("GSI1SK", receiptKey(receipt))
            .text("GSI2PK", "RECEIPT")
            .text("GSI2SK", "IMAGE#" + image + "#" + receiptKey(receipt))
            .text("GSI4PK", "IMAGE#" + image + "#" + receiptKey(receipt))
            .text("GSI4SK", "0_RECEIPT")
            .number("width", "1180")
            .number("height", "2710")
            .text("timestamp_added", "2026-03-02T18:04:11.120000+00:00")
            .text("raw_s3_bucket", "raw-demo")
            .text(
                "raw_s3_key", String.format(Locale.ROOT, "raw/%s_RECEIPT_%05d.png", image, receipt))
            .text("sha256", "9b1c00aa")
            .text("cdn_s3_bucket", "site-demo")
            .text("cdn_s3_key", "assets/%s/%s.jpg".formatted(image, receipt))
            .text("cdn_webp_s3_key", "assets/%s/%s.webp".formatted(image, receipt))
            .empty("cdn_avif_s3_key");
    for (String size : new String[] {"thumbnail", "small", "medium"}) {
      for (String format : new String[] {"", "webp_", "avif_"}) {
        item = item.empty("cdn_%s_%ss3_key".formatted(size, format));
      }
    }
    return corners(item, "0.210000000000000000", "0.910000000000000000");
  }

  /** The placeholder of a receipt that is being re-segmented. */
  public static TableItem reservation(String image, int receipt, String operation) {
    return TableItem.of(image, receiptKey(receipt), "RESEGMENT_RESERVATION")
        .text("operation_id", operation);
  }

  /** A line of print. */
  public static TableItem line(String image, int receipt, int line, String text) {
    TableItem item =
        TableItem.of(image, lineKey(receipt, line), "RECEIPT_LINE")
            .text("GSI1PK", "EMBEDDING_STATUS#NONE")
            .text("GSI1SK", "LINE#IMAGE#" + image + "#" + lineKey(receipt, line))
            .text("GSI3PK", "IMAGE#" + image + "#" + receiptKey(receipt))
            .text("GSI3SK", "LINE")
            .text("GSI4PK", "IMAGE#" + image + "#" + receiptKey(receipt))
            .text("GSI4SK", String.format(Locale.ROOT, "2_LINE#%05d", line));
    return print(item, text);
  }

  /** A word of a line. */
  public static TableItem word(String image, int receipt, int line, int word, String text) {
    String below = wordKey(receipt, line, word);
    TableItem item =
        TableItem.of(image, below, "RECEIPT_WORD")
            .text("GSI1PK", "EMBEDDING_STATUS#NONE")
            .text("GSI1SK", "WORD#IMAGE#" + image + "#" + below)
            .text("GSI2PK", "RECEIPT")
            .text("GSI2SK", "IMAGE#" + image + "#" + below)
            .text("GSI3PK", "IMAGE#" + image + "#" + receiptKey(receipt))
            .text("GSI3SK", "WORD")
            .text("GSI4PK", "IMAGE#" + image + "#" + receiptKey(receipt))
            .text("GSI4SK", String.format(Locale.ROOT, "3_WORD#%05d#%05d", line, word));
    return print(item, text).empty("extracted_data");
  }

  /** A label on a word: pending, and proposed by nobody, unless told otherwise. */
  public static TableItem label(String image, int receipt, int line, int word, String name) {
    String wordId = "IMAGE#" + image + "#" + wordKey(receipt, line, word);
    return TableItem.of(
            image, wordKey(receipt, line, word) + "#LABEL#" + name, "RECEIPT_WORD_LABEL")
        .text("GSI1PK", padded("LABEL#" + name))
        .text("GSI1SK", wordId)
        .text("GSI2PK", "RECEIPT")
        .text("GSI2SK", wordId)
        .text("GSI3SK", wordId + "#LABEL#" + name)
        .text("GSI4PK", "IMAGE#" + image + "#" + receiptKey(receipt))
        .text("GSI4SK", String.format(Locale.ROOT, "4_LABEL#%05d#%05d#%s", line, word, name))
        .reasoning("left of the amount column")
        .addedAt("2026-03-02T18:06:40.001000+00:00")
        .status(ValidationStatus.PENDING)
        .empty("label_proposed_by", "label_consolidated_from");
  }

  /** The merchant of a receipt. */
  public static TableItem place(String image, int receipt) {
    String placeKey = receiptKey(receipt) + "#PLACE";
    return TableItem.of(image, placeKey, "RECEIPT_PLACE")
        .text("GSI1PK", "MERCHANT#GREEN_GROCER_7")
        .text("GSI1SK", "IMAGE#" + image + "#" + placeKey)
        .text("GSI2PK", "PLACE#ChIJdemo0001")
        .text("GSI2SK", "IMAGE#" + image + "#" + placeKey)
        .text("GSI3PK", "PLACE_VALIDATION")
        .text("GSI3SK", "CONFIDENCE#0.9200#STATUS#MATCHED#IMAGE#" + image)
        .text("GSI4PK", "IMAGE#" + image + "#" + receiptKey(receipt))
        .text("GSI4SK", "1_PLACE")
        .text("image_id", image)
        .number("receipt_id", Integer.toString(receipt))
        .placeId("ChIJdemo0001")
        .merchant("Green Grocer #7")
        .category("grocery_store")
        .with("merchant_types", TableItem.texts("grocery_store", "food"))
        .address("12 Harbor St, Ventura, CA 93001")
        .phone("(805) 555-0142")
        .text("business_status", "OPERATIONAL")
        .text("validated_by", "PHONE_LOOKUP")
        .text("places_api_version", "v1")
        .text("validation_status", "MATCHED")
        .text("timestamp", "2026-03-02T18:05:30+00:00")
        .number("confidence", "0.92")
        .with("matched_fields", TableItem.texts("phone", "merchant_name"))
        .number("latitude", "34.2805")
        .number("longitude", "-119.2945")
        .empty("short_address", "phone_intl", "website", "maps_url", "plus_code", "reasoning");
  }

  /** Lines of one type. */
  public static TableItem section(String image, int receipt, String type, int... lines) {
    return TableItem.of(image, receiptKey(receipt) + "#SECTION#" + type, "RECEIPT_SECTION")
        .text("section_type", type)
        .lines(lines)
        .text("created_at", "2026-03-02T18:05:02+00:00")
        .confidence("0.83")
        .text("model_source", "upload-determinism-v1")
        .status(ValidationStatus.PENDING);
  }

  /** The lines of one printed row, left to right; the first names it. */
  public static TableItem row(String image, int receipt, int... lines) {
    String key = String.format(Locale.ROOT, "%s#ROW#%05d", receiptKey(receipt), lines[0]);
    return TableItem.of(image, key, "RECEIPT_ROW")
        .lines(lines)
        .text("grouping_version", "visual-rows-v1")
        .number("y_min", "0.61")
        .number("y_max", "0.627")
        .number("x_min", "0.0625")
        .number("x_max", "0.9225")
        .text("created_at", "2026-07-02T18:05:02+00:00");
  }

  /**
   * A compaction run whose deltas lie where the pipeline puts them, and wait.
   *
   * @param run its id
   */
  public static TableItem run(String image, int receipt, String run) {
    return TableItem.of(
            image, "%s#COMPACTION_RUN#%s".formatted(receiptKey(receipt), run), "COMPACTION_RUN")
        .text("GSI1PK", "RUNS")
        .text("GSI1SK", "CREATED_AT#2026-03-02T18:05:25.000000+00:00")
        .text("run_id", run)
        .text("image_id", image)
        .number("receipt_id", Integer.toString(receipt))
        .text("lines_delta_prefix", "lines/delta/%s/".formatted(run))
        .text("words_delta_prefix", "words/delta/%s/".formatted(run))
        .text("lines_state", "PENDING")
        .text("words_state", "PENDING")
        .number("lines_merged_vectors", "0")
        .number("words_merged_vectors", "0")
        .text("created_at", "2026-03-02T18:05:25.000000+00:00")
        .empty("updated_at", "lines_error", "words_error")
        .empty("lines_started_at", "lines_finished_at", "words_started_at", "words_finished_at");
  }

  /** A letter of a word: means nothing to Chroma, and is most of what happens to a table. */
  public static TableItem letter(TableItem word, int letter, String text) {
    String image = word.partitionKey().substring("IMAGE#".length());
    String key = String.format(Locale.ROOT, "%s#LETTER#%05d", word.sortKey(), letter);
    return print(TableItem.of(image, key, "RECEIPT_LETTER"), text)
        .without("embedding_status")
        .without("is_noise");
  }

  private static TableItem print(TableItem item, String text) {
    TableItem box =
        item.text("text", text)
            .with(
                "bounding_box",
                TableItem.numberMap(
                    "x", "0.06250000000000000000",
                    "y", "0.61000000000000000000",
                    "width", "0.34000000000000000000",
                    "height", "0.01700000000000000000"));
    return corners(box, "0.06250000000000000000", "0.62700000000000000000")
        .number("angle_degrees", "0.000000000000000000")
        .number("angle_radians", "0.000000000000000000")
        .number("confidence", "0.98")
        .text("embedding_status", "NONE")
        .with("is_noise", AttributeValue.fromBool(false));
  }

  private static TableItem corners(TableItem item, String x, String y) {
    TableItem changed = item;
    for (String corner : CORNERS) {
      changed = changed.with(corner, TableItem.numberMap("x", x, "y", y));
    }
    return changed;
  }

  private static String receiptKey(int receipt) {
    return String.format(Locale.ROOT, "RECEIPT#%05d", receipt);
  }

  private static String lineKey(int receipt, int line) {
    return String.format(Locale.ROOT, "%s#LINE#%05d", receiptKey(receipt), line);
  }

  private static String wordKey(int receipt, int line, int word) {
    return String.format(Locale.ROOT, "%s#WORD#%05d", lineKey(receipt, line), word);
  }

  private static String padded(String key) {
    return key + "_".repeat(Math.max(0, 40 - key.length()));
  }
}
