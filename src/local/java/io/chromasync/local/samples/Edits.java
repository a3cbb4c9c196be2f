package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.Sample.Label;
import io.chromasync.local.samples.Sample.Line;
import io.chromasync.local.samples.Sample.Place;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Section;
import io.chromasync.local.samples.Sample.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Decides what happens next to a receipt: as people and models edit them, mostly labels, sometimes
 * a place, seldom a removal. Pure but for its random numbers: the same seed and receipts give the
 * same edits.
 */
public final class Edits {

  private static final List<String> LABELS =
      List.of("PRODUCT_NAME", "LINE_TOTAL", "UNIT_PRICE", "QUANTITY", "TAX", "DISCOUNT", "COUPON");
  private static final List<String> STATUSES =
      List.of("VALID", "INVALID", "PENDING", "NONE", "NEEDS_REVIEW");

  private final Random random;
  private final SampleReceipts samples;

  public Edits(long seed) {
    this.random = new Random(seed);
    this.samples = new SampleReceipts(seed + 1);
  }

  /**
   * What the edit of a receipt is.
   *
   * @param after null if the receipt and all below it is removed
   * @param removedWord the word that was removed, else null
   */
  public record Edit(Kind kind, Receipt before, Receipt after, Word removedWord) {

    /** Whether records must vanish from Chroma. */
    public boolean isRemoval() {
      return removedWord != null || removesReceipt();
    }

    /** Whether the receipt's own item goes, alone or with all below it. */
    public boolean removesReceipt() {
      return after == null || !after.present();
    }
  }

  /** Kinds of edits, with how often each is chosen. */
  public enum Kind {
    LABEL_STATUS(40),
    LABEL_ADDED(10),
    LABEL_REMOVED(8),
    RELABELED(7),
    MERCHANT_RENAMED(6),
    PHONE_CHANGED(5),
    PLACE_REMOVED(3),
    PLACE_ADDED(6),
    SECTION_CHANGED(8),
    SECTION_REMOVED(1),
    WORD_REMOVED(4),
    RECEIPT_ITEM_REMOVED(1),
    RECEIPT_REMOVED(1);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  /**
   * The next edit of some receipt whose own item is there, or null if the kind that was drawn fits
   * none: draw again.
   */
  public Edit next(Iterable<Image> images) {
    List<Receipt> receipts = new ArrayList<>();
    images.forEach(image -> image.receipts().values().forEach(receipts::add));
    receipts.removeIf(receipt -> !receipt.present());
    return receipts.isEmpty() ? null : edit(draw(), any(receipts));
  }

  private Edit edit(Kind kind, Receipt receipt) {
    return switch (kind) {
      case LABEL_STATUS, LABEL_ADDED, LABEL_REMOVED, RELABELED -> labels(kind, receipt);
      case MERCHANT_RENAMED, PHONE_CHANGED, PLACE_REMOVED, PLACE_ADDED -> place(kind, receipt);
      case SECTION_CHANGED, SECTION_REMOVED -> section(kind, receipt);
      case WORD_REMOVED -> word(receipt);
      case RECEIPT_ITEM_REMOVED -> new Edit(kind, receipt, receipt.withPresent(false), null);
      case RECEIPT_REMOVED -> new Edit(kind, receipt, null, null);
    };
  }

  private Edit labels(Kind kind, Receipt receipt) {
    Predicate<Word> fits =
        kind == Kind.LABEL_ADDED ? word -> !word.noise() : word -> !word.labels().isEmpty();
    List<Word> words = receipt.words().filter(fits).toList();
    if (words.isEmpty()) {
      return null;
    }
    Word word = any(words);
    Word after =
        switch (kind) {
          case LABEL_STATUS -> word.with(anyLabel(word).withStatus(any(STATUSES)));
          case LABEL_ADDED -> word.with(samples.label(any(LABELS)));
          case LABEL_REMOVED -> word.without(anyLabel(word).name());
          default -> word.without(anyLabel(word).name()).with(samples.label(any(LABELS)));
        };
    return new Edit(kind, receipt, receipt.with(receipt.line(word.line()).with(after)), null);
  }

  private Edit place(Kind kind, Receipt receipt) {
    Place place = receipt.place();
    if ((place == null) != (kind == Kind.PLACE_ADDED)) {
      return null;
    }
    Place after =
        switch (kind) {
          case PLACE_ADDED -> any(Shop.ALL).place();
          case PLACE_REMOVED -> null;
          case MERCHANT_RENAMED -> {
            String name =
                any(Shop.ALL).name()
                    + (random.nextBoolean() ? " & SONS" : " nº " + random.nextInt(99));
            yield new Place(place.id(), name, place.category(), place.address(), place.phone());
          }
          default -> {
            // A phone number is sometimes taken away.
            String phone =
                random.nextInt(5) == 0
                    ? ""
                    : String.format(Locale.ROOT, "(805) 555-0%03d", random.nextInt(1000));
            yield new Place(place.id(), place.name(), place.category(), place.address(), phone);
          }
        };
    return new Edit(kind, receipt, receipt.with(after), null);
  }

  private Edit section(Kind kind, Receipt receipt) {
    if (receipt.sections().isEmpty()) {
      return null;
    }
    Map<String, Section> sections = new TreeMap<>(receipt.sections());
    Section section = any(List.copyOf(sections.values()));
    if (kind == Kind.SECTION_REMOVED) {
      sections.remove(section.type());
    } else {
      sections.put(section.type(), changed(section, receipt));
    }
    return new Edit(kind, receipt, receipt.with(sections), null);
  }

  /** Another status, or one more line. */
  private Section changed(Section section, Receipt receipt) {
    if (random.nextBoolean()) {
      return new Section(section.type(), section.lineIds(), section.confidence(), any(STATUSES));
    }
    List<Integer> lines = new ArrayList<>(section.lineIds());
    int line = any(receipt.lines()).id();
    if (!lines.remove(Integer.valueOf(line)) || lines.isEmpty()) {
      lines.add(line);
    }
    return new Section(section.type(), lines, section.confidence(), section.status());
  }

  private Edit word(Receipt receipt) {
    List<Line> lines = receipt.lines().stream().filter(line -> line.words().size() > 1).toList();
    if (lines.isEmpty()) {
      return null;
    }
    Line line = any(lines);
    Word word = any(line.words());
    return new Edit(Kind.WORD_REMOVED, receipt, receipt.with(line.without(word.id())), word);
  }

  private Label anyLabel(Word word) {
    return any(List.copyOf(word.labels().values()));
  }

  private Kind draw() {
    int left = random.nextInt(List.of(Kind.values()).stream().mapToInt(kind -> kind.weight).sum());
    for (Kind kind : Kind.values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new AssertionError("weights sum up to more than they are");
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
