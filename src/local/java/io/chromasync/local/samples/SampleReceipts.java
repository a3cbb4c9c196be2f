package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Box;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.Sample.Label;
import io.chromasync.local.samples.Sample.Line;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Section;
import io.chromasync.local.samples.Sample.Word;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes realistic images: one to three receipts each, of about 50 lines and 120 words, with labels
 * on about half of the words. The same seed gives the same images.
 */
public final class SampleReceipts {

  private static final Instant FIRST = Instant.parse("2026-03-02T18:00:00Z");
  private static final List<String> PROPOSERS =
      List.of("layout-model", "line-model-v2", "reviewer");

  private final Random random;
  private final long seed;
  private long labelled;

  public SampleReceipts(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  public List<Image> images(int count) {
    List<Image> images = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      images.add(image(number));
    }
    return images;
  }

  private Image image(int number) {
    String name = seed + "/" + number;
    // Version 3 by its making; the table's ids are of version 4.
    StringBuilder id =
        new StringBuilder(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    id.setCharAt(14, '4');
    int chance = random.nextInt(100);
    int receipts = chance < 70 ? 1 : chance < 97 ? 2 : 3;
    Map<Integer, Receipt> byId = new TreeMap<>();
    for (int receipt = 1; receipt <= receipts; receipt++) {
      byId.put(receipt, receipt(id.toString(), receipt));
    }
    return new Image(id.toString(), byId);
  }

  /** One more receipt. */
  public Receipt receipt(String image, int id) {
    Shop shop = Shop.ALL.get(random.nextInt(Shop.ALL.size()));
    List<PrintedLine> print = ReceiptText.print(shop, random);
    List<Line> lines = new ArrayList<>();
    for (PrintedLine printed : print) {
      lines.add(line(lines.size() + 1, printed));
    }
    List<List<Integer>> rows =
        VisualRows.of(lines.stream().filter(line -> !line.noise()).toList()).stream()
            .map(row -> row.stream().map(Line::id).toList())
            .toList();
    return new Receipt(
        image,
        id,
        true,
        lines,
        rows,
        random.nextInt(10) == 0 ? null : shop.place(),
        sections(print));
  }

  private Line line(int id, PrintedLine printed) {
    List<Word> words = new ArrayList<>();
    double letter = printed.box().width() / Math.max(1, printed.text().length());
    int from = 0;
    for (String text : printed.text().split(" ", -1)) {
      Box box =
          new Box(
              printed.box().x() + from * letter,
              printed.box().y(),
              text.length() * letter,
              printed.box().height());
      words.add(word(id, words.size() + 1, text, new Spot(box, printed)));
      from += text.length() + 1;
    }
    return new Line(id, printed.box(), confidence(), printed.isNoise(), words);
  }

  /** Where a word is printed. */
  private record Spot(Box box, PrintedLine line) {}

  private Word word(int line, int id, String text, Spot spot) {
    boolean noise = spot.line().isNoise();
    Map<String, Label> labels = new TreeMap<>();
    if (!noise && spot.line().label() != null && random.nextInt(10) < 7) {
      add(labels, spot.line().label());
      if (random.nextInt(12) == 0) {
        add(labels, random.nextBoolean() ? "DISCOUNT" : "SUBTOTAL SHOULD BE 50.63");
      }
    }
    Map<String, String> extracted =
        spot.line().detected() == null
            ? Map.of()
            : Map.of("type", spot.line().detected(), "value", spot.line().text());
    return new Word(line, id, text, spot.box(), confidence(), noise, extracted, labels);
  }

  private void add(Map<String, Label> labels, String name) {
    labels.put(name, label(name));
  }

  /** A label with a mixed status; no two have the same time. */
  Label label(String name) {
    int chance = random.nextInt(100);
    String status =
        chance < 50
            ? "VALID"
            : chance < 75
                ? "PENDING"
                : chance < 90 ? "INVALID" : chance < 95 ? "NONE" : "NEEDS_REVIEW";
    int proposer = random.nextInt(PROPOSERS.size() + 1);
    Instant added = FIRST.plusNanos(1_000L * (labelled++ * 1_000L + 1 + random.nextInt(900)));
    return new Label(
        name,
        status,
        added.toString().replace("Z", "+00:00"),
        proposer == PROPOSERS.size() ? null : PROPOSERS.get(proposer));
  }

  private Map<String, Section> sections(List<PrintedLine> print) {
    Map<String, List<Integer>> lines = new TreeMap<>();
    for (int index = 0; index < print.size(); index++) {
      String type = print.get(index).section();
      if (type != null) {
        lines.computeIfAbsent(type, t -> new ArrayList<>()).add(index + 1);
      }
    }
    Map<String, Section> sections = new TreeMap<>();
    lines.forEach(
        (type, ids) ->
            sections.put(
                type,
                new Section(
                    type,
                    List.copyOf(ids),
                    random.nextInt(4) == 0 ? null : 0.6 + random.nextInt(40) / 100.0,
                    random.nextInt(3) == 0 ? "VALID" : "PENDING")));
    return sections;
  }

  private double confidence() {
    return 0.9 + random.nextInt(11) / 100.0;
  }
}
