package io.chromasync.local.samples;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The words of sample data: an image, its receipts and what is printed on them. Immutable. */
public final class Sample {

  private Sample() {}

  /**
   * One photo or scan.
   *
   * @param receipts by receipt id; a receipt without its own item may still have children
   */
  public record Image(String id, Map<Integer, Receipt> receipts) {

    public Image with(Receipt receipt) {
      Map<Integer, Receipt> changed = new TreeMap<>(receipts);
      changed.put(receipt.id(), receipt);
      return new Image(id, changed);
    }

    public Image without(int receipt) {
      Map<Integer, Receipt> changed = new TreeMap<>(receipts);
      changed.remove(receipt);
      return new Image(id, changed);
    }
  }

  /**
   * One receipt and all that lies below it.
   *
   * @param present whether its own item is in the table
   * @param rows the visual rows as the producer grouped them: line ids, left to right
   * @param place null if no merchant was found
   * @param sections by section type
   */
  public record Receipt(
      String image,
      int id,
      boolean present,
      List<Line> lines,
      List<List<Integer>> rows,
      Place place,
      Map<String, Section> sections) {

    public Stream<Word> words() {
      return lines.stream().flatMap(line -> line.words().stream());
    }

    public Line line(int id) {
      return lines.stream().filter(line -> line.id() == id).findFirst().orElseThrow();
    }

    public Receipt withPresent(boolean present) {
      return new Receipt(image, id, present, lines, rows, place, sections);
    }

    public Receipt with(Place place) {
      return new Receipt(image, id, present, lines, rows, place, sections);
    }

    public Receipt with(Map<String, Section> sections) {
      return new Receipt(image, id, present, lines, rows, place, sections);
    }

    /** With one line replaced. */
    public Receipt with(Line line) {
      List<Line> changed =
          lines.stream().map(other -> other.id() == line.id() ? line : other).toList();
      return new Receipt(image, id, present, changed, rows, place, sections);
    }
  }

  /** One line of text as character recognition found it. */
  public record Line(int id, Box box, double confidence, boolean noise, List<Word> words) {

    String text() {
      return String.join(" ", words.stream().map(Word::text).toList());
    }

    /** With one word replaced, or added in its place. */
    public Line with(Word word) {
      List<Word> changed =
          Stream.concat(without(word.id()).words.stream(), Stream.of(word))
              .sorted((one, other) -> Integer.compare(one.id(), other.id()))
              .toList();
      return new Line(id, box, confidence, noise, changed);
    }

    public Line without(int word) {
      return new Line(
          id, box, confidence, noise, words.stream().filter(other -> other.id() != word).toList());
    }
  }

  /**
   * One word.
   *
   * @param noise not embedded, so it has no record
   * @param extracted what a data detector saw: {@code type} and {@code value}; empty if nothing
   * @param labels by name
   */
  public record Word(
      int line,
      int id,
      String text,
      Box box,
      double confidence,
      boolean noise,
      Map<String, String> extracted,
      Map<String, Label> labels) {

    public Word with(Label label) {
      Map<String, Label> changed = new TreeMap<>(labels);
      changed.put(label.name(), label);
      return with(changed);
    }

    public Word without(String label) {
      Map<String, Label> changed = new TreeMap<>(labels);
      changed.remove(label);
      return with(changed);
    }

    private Word with(Map<String, Label> labels) {
      return new Word(line, id, text, box, confidence, noise, extracted, labels);
    }
  }

  /**
   * A semantic tag on a word.
   *
   * @param proposedBy null if the item does not say
   */
  public record Label(String name, String status, String addedAt, String proposedBy) {

    Label withStatus(String status) {
      return new Label(name, status, addedAt, proposedBy);
    }
  }

  /** The merchant of a receipt. */
  public record Place(String id, String name, String category, String address, String phone) {}

  /**
   * A set of lines of one type.
   *
   * @param confidence null if the item does not say
   */
  public record Section(String type, List<Integer> lineIds, Double confidence, String status) {}

  /** A box in 0..1 of the receipt, by its lower left corner; y grows upwards. */
  public record Box(double x, double y, double width, double height) {

    double right() {
      return x + width;
    }

    double top() {
      return y + height;
    }

    double centreX() {
      return x + width / 2;
    }

    double centreY() {
      return y + height / 2;
    }

    /** Whether a height lies within the box, bounds included. */
    boolean spans(double height) {
      return y <= height && height <= top();
    }
  }
}
