package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Box;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.Sample.Label;
import io.chromasync.local.samples.Sample.Line;
import io.chromasync.local.samples.Sample.Place;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Section;
import io.chromasync.local.samples.Sample.Word;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table items of sample data, attribute by attribute as the producers write them; by sort key.
 */
public final class SampleItems {

  private static final String ADDED = "2026-03-02T18:04:11.120000+00:00";
  private static final AttributeValue NULL = AttributeValue.fromNul(true);

  private final Map<String, Map<String, AttributeValue>> items = new LinkedHashMap<>();
  private final String partition;

  private SampleItems(String image) {
    this.partition = "IMAGE#" + image;
  }

  /** All items of an image. */
  public static Map<String, Map<String, AttributeValue>> of(Image image) {
    return of(image, new Image(image.id(), Map.of()));
  }

  /** As above, without those of lines that are the same in another version of the image. */
  public static Map<String, Map<String, AttributeValue>> of(Image image, Image other) {
    SampleItems items = new SampleItems(image.id());
    items.image(image.receipts().size());
    image.receipts().forEach((id, receipt) -> items.receipt(receipt, other.receipts().get(id)));
    return items.items;
  }

  /**
   * The item of a run whose deltas lie at {@link #deltaPrefix}.
   *
   * @param created when its producer wrote it
   */
  public static Map<String, AttributeValue> run(Receipt receipt, UUID run, Instant created) {
    String key = "RECEIPT#%s#COMPACTION_RUN#%s".formatted(five(receipt.id()), run);
    Item item = new SampleItems(receipt.image()).item(key, "COMPACTION_RUN");
    item.text("GSI1PK", "RUNS").text("GSI1SK", "CREATED_AT#" + created);
    item.text("run_id", run.toString()).text("image_id", receipt.image());
    item.number("receipt_id", receipt.id()).text("created_at", created.toString());
    item.text("updated_at", null);
    for (String collection : List.of("lines", "words")) {
      item.text(collection + "_delta_prefix", deltaPrefix(collection, run));
      item.text(collection + "_state", "PENDING").number(collection + "_merged_vectors", 0);
      item.text(collection + "_started_at", null).text(collection + "_finished_at", null);
      item.text(collection + "_error", null);
    }
    return item.attributes();
  }

  /** Where the producer puts the delta of a run. */
  public static String deltaPrefix(String collection, UUID run) {
    return "%s/delta/%s/".formatted(collection, run);
  }

  private void image(int receipts) {
    Item item = item("IMAGE", "IMAGE");
    item.text("GSI1PK", partition).text("GSI1SK", "IMAGE");
    item.text("GSI2PK", partition).text("GSI2SK", "IMAGE");
    item.text("GSI3PK", "IMAGE#PHOTO").text("GSI3SK", "NUM_RECEIPTS#" + five(receipts));
    item.number("width", 3024).number("height", 4032).text("timestamp_added", ADDED);
    item.text("raw_s3_bucket", "raw-demo").text("raw_s3_key", "raw/demo.png");
    item.text("image_type", "PHOTO").number("receipt_count", receipts);
    item.text("sha256", null).text("cdn_s3_bucket", null).text("cdn_s3_key", null);
  }

  private void receipt(Receipt receipt, Receipt other) {
    String key = "RECEIPT#" + five(receipt.id());
    if (receipt.present()) {
      own(key);
    }
    receipt.lines().stream()
        .filter(line -> other == null || !other.lines().contains(line))
        .forEach(line -> line(key, line));
    receipt.rows().forEach(row -> row(key, row));
    receipt.sections().values().forEach(section -> section(key, section));
    if (receipt.place() != null) {
      place(key, receipt);
    }
  }

  private void own(String key) {
    Item item = item(key, "RECEIPT");
    item.text("GSI1PK", partition).text("GSI1SK", key);
    item.text("GSI2PK", "RECEIPT").text("GSI2SK", partition + "#" + key);
    item.text("GSI4PK", partition + "#" + key).text("GSI4SK", "0_RECEIPT");
    item.number("width", 1180).number("height", 2710).text("timestamp_added", ADDED);
    item.text("raw_s3_bucket", "raw-demo").text("raw_s3_key", "raw/demo_" + key + ".png");
    item.corners(new Box(0.21, 0.08, 0.53, 0.83), 18);
    item.text("sha256", "9b1c00aa").text("cdn_s3_bucket", "site-demo");
    item.text("cdn_s3_key", "assets/demo/1.jpg").text("cdn_webp_s3_key", "assets/demo/1.webp");
    item.text("cdn_avif_s3_key", null);
    for (String size : List.of("thumbnail", "small", "medium")) {
      for (String kind : List.of("", "webp_", "avif_")) {
        item.text("cdn_" + size + "_" + kind + "s3_key", null);
      }
    }
  }

  private void line(String receipt, Line line) {
    String key = receipt + "#LINE#" + five(line.id());
    Item item = item(key, "RECEIPT_LINE");
    item.text("GSI1PK", "EMBEDDING_STATUS#" + (line.noise() ? "NOISE" : "SUCCESS"));
    item.text("GSI1SK", "LINE#" + partition + "#" + key);
    item.text("GSI3PK", partition + "#" + receipt).text("GSI3SK", "LINE");
    item.text("GSI4PK", partition + "#" + receipt).text("GSI4SK", "2_LINE#" + five(line.id()));
    item.recognised(line.text(), line.box(), line.confidence(), line.noise());
    line.words().forEach(word -> word(receipt, key, word));
  }

  private void word(String receipt, String line, Word word) {
    String key = line + "#WORD#" + five(word.id());
    String numbers = five(word.line()) + "#" + five(word.id());
    Item item = item(key, "RECEIPT_WORD");
    item.text("GSI1PK", "EMBEDDING_STATUS#" + (word.noise() ? "NOISE" : "SUCCESS"));
    item.text("GSI1SK", "WORD#" + partition + "#" + key);
    item.text("GSI2PK", "RECEIPT").text("GSI2SK", partition + "#" + key);
    item.text("GSI3PK", partition + "#" + receipt).text("GSI3SK", "WORD");
    item.text("GSI4PK", partition + "#" + receipt).text("GSI4SK", "3_WORD#" + numbers);
    item.recognised(word.text(), word.box(), word.confidence(), word.noise());
    item.texts("extracted_data", word.extracted());
    // A few of the letters: they are most of the stream and mean nothing to the job.
    for (int letter = 1; letter <= Math.min(2, word.text().length()); letter++) {
      letter(key, letter, word);
    }
    word.labels().values().forEach(label -> label(receipt, key, numbers, label));
  }

  private void letter(String word, int number, Word of) {
    Item item = item(word + "#LETTER#" + five(number), "RECEIPT_LETTER");
    item.text("text", of.text().substring(number - 1, number));
    item.number("confidence", decimal(of.confidence(), 2));
  }

  private void label(String receipt, String word, String numbers, Label label) {
    Item item = item(word + "#LABEL#" + label.name(), "RECEIPT_WORD_LABEL");
    String padded = "LABEL#" + label.name();
    item.text("GSI1PK", padded + "_".repeat(Math.max(0, 40 - padded.length())));
    item.text("GSI1SK", partition + "#" + word);
    item.text("GSI2PK", "RECEIPT").text("GSI2SK", partition + "#" + word);
    item.text("GSI3PK", "VALIDATION_STATUS#" + label.status());
    item.text("GSI3SK", partition + "#" + word + "#LABEL#" + label.name());
    item.text("GSI4PK", partition + "#" + receipt);
    item.text("GSI4SK", "4_LABEL#" + numbers + "#" + label.name());
    item.text("reasoning", "left of the amount column").text("timestamp_added", label.addedAt());
    item.text("validation_status", label.status()).text("label_proposed_by", label.proposedBy());
    item.text("label_consolidated_from", null);
  }

  private void place(String receipt, Receipt of) {
    Place place = of.place();
    String key = receipt + "#PLACE";
    Item item = item(key, "RECEIPT_PLACE");
    String slug = place.name().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    item.text("GSI1PK", "MERCHANT#" + slug.replaceAll("^_|_$", ""));
    item.text("GSI1SK", partition + "#" + key);
    item.text("GSI2PK", "PLACE#" + place.id()).text("GSI2SK", partition + "#" + key);
    item.text("GSI3PK", "PLACE_VALIDATION");
    item.text("GSI3SK", "CONFIDENCE#0.9200#STATUS#MATCHED#" + partition);
    item.text("GSI4PK", partition + "#" + receipt).text("GSI4SK", "1_PLACE");
    item.text("image_id", of.image()).number("receipt_id", of.id()).text("place_id", place.id());
    item.text("merchant_name", place.name()).text("merchant_category", place.category());
    item.text("formatted_address", place.address()).text("phone_number", place.phone());
    for (String absent :
        List.of("short_address", "phone_intl", "website", "maps_url", "plus_code", "reasoning")) {
      item.text(absent, null);
    }
    item.text("business_status", "OPERATIONAL").text("validated_by", "PHONE_LOOKUP");
    item.text("places_api_version", "v1").text("validation_status", "MATCHED");
    item.text("timestamp", ADDED).number("confidence", decimal(0.92, 2));
    item.list("merchant_types", List.of(text(place.category()), text("establishment")));
    item.list("matched_fields", List.of(text("phone"), text("merchant_name")));
  }

  private void section(String receipt, Section section) {
    Item item = item(receipt + "#SECTION#" + section.type(), "RECEIPT_SECTION");
    item.text("section_type", section.type()).numbers("line_ids", section.lineIds());
    item.text("created_at", ADDED).text("model_source", "upload-determinism-v1");
    item.text("validation_status", section.status());
    if (section.confidence() != null) {
      item.number("confidence", decimal(section.confidence(), 2));
    }
  }

  private void row(String receipt, List<Integer> lineIds) {
    Item item = item(receipt + "#ROW#" + five(lineIds.get(0)), "RECEIPT_ROW");
    item.numbers("line_ids", lineIds).text("grouping_version", "visual-rows-v1");
    item.text("created_at", ADDED);
  }

  private Item item(String sortKey, String type) {
    Item item = new Item(new LinkedHashMap<>());
    item.text("PK", partition).text("SK", sortKey).text("TYPE", type);
    items.put(sortKey, item.attributes());
    return item;
  }

  private static String five(int number) {
    return String.format(Locale.ROOT, "%05d", number);
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static String decimal(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  /** An item in the making. */
  private record Item(Map<String, AttributeValue> attributes) {

    /** A null text is written as DynamoDB's NULL. */
    Item text(String name, String value) {
      attributes.put(name, value == null ? NULL : AttributeValue.fromS(value));
      return this;
    }

    Item number(String name, Object value) {
      attributes.put(name, AttributeValue.fromN(value.toString()));
      return this;
    }

    Item numbers(String name, Collection<Integer> values) {
      return list(name, values.stream().map(v -> AttributeValue.fromN(v.toString())).toList());
    }

    Item list(String name, List<AttributeValue> values) {
      attributes.put(name, AttributeValue.fromL(values));
      return this;
    }

    /** An empty map is written as DynamoDB's NULL. */
    void texts(String name, Map<String, String> values) {
      Map<String, AttributeValue> map = new LinkedHashMap<>();
      values.forEach((key, value) -> map.put(key, AttributeValue.fromS(value)));
      attributes.put(name, map.isEmpty() ? NULL : AttributeValue.fromM(map));
    }

    void recognised(String text, Box box, double confidence, boolean noise) {
      text("text", text).corners(box, 20);
      attributes.put(
          "bounding_box",
          AttributeValue.fromM(
              Map.of(
                  "x", coordinate(box.x(), 20),
                  "y", coordinate(box.y(), 20),
                  "width", coordinate(box.width(), 20),
                  "height", coordinate(box.height(), 20))));
      number("angle_degrees", decimal(0, 18)).number("angle_radians", decimal(0, 18));
      number("confidence", decimal(confidence, 2));
      text("embedding_status", noise ? "NOISE" : "SUCCESS");
      attributes.put("is_noise", AttributeValue.fromBool(noise));
    }

    void corners(Box box, int decimals) {
      corner("top_left", coordinate(box.x(), decimals), coordinate(box.top(), decimals));
      corner("top_right", coordinate(box.right(), decimals), coordinate(box.top(), decimals));
      corner("bottom_left", coordinate(box.x(), decimals), coordinate(box.y(), decimals));
      corner("bottom_right", coordinate(box.right(), decimals), coordinate(box.y(), decimals));
    }

    private void corner(String name, AttributeValue x, AttributeValue y) {
      attributes.put(name, AttributeValue.fromM(Map.of("x", x, "y", y)));
    }

    private static AttributeValue coordinate(double value, int decimals) {
      return AttributeValue.fromN(decimal(value, decimals));
    }
  }
}
