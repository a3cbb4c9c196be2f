package io.chromasync.receipts;

import io.chromasync.model.Fact;
import java.util.ArrayList;
import java.util.List;

/** Typed content of the facts of receipts, and its order of values in a {@link Fact}. */
public final class ReceiptFacts {

  private ReceiptFacts() {}

  /** Validation status of a label or a section. */
  public enum ValidationStatus {
    NONE,
    PENDING,
    VALID,
    INVALID,
    NEEDS_REVIEW
  }

  /**
   * Label on a word; its name is in its key.
   *
   * @param timestampAdded as the producer wrote it, in a form of ISO 8601, without offset = UTC;
   *     for a label whose time is not shown, the raw value of its item, or null
   * @param proposedBy null if the item does not contain it
   */
  public record Label(ValidationStatus status, String timestampAdded, String proposedBy) {

    public static Label of(Fact fact) {
      return new Label(ValidationStatus.valueOf(fact.text(1)), fact.text(0), fact.text(2));
    }

    /** The timestamp is first: of two labels with equal versions, the label added last wins. */
    public Fact fact() {
      return Fact.of(timestampAdded, status.name(), proposedBy);
    }
  }

  /** Merchant of a receipt; strings are trimmed, null where blank or absent. */
  public record Place(
      String merchantName,
      String merchantCategory,
      String formattedAddress,
      String phoneNumber,
      String placeId) {

    /** Returns null for the fact of a place whose item could not be parsed. */
    public static Place of(Fact fact) {
      return fact.texts().isEmpty()
          ? null
          : new Place(fact.text(0), fact.text(1), fact.text(2), fact.text(3), fact.text(4));
    }

    public Fact fact() {
      return Fact.of(merchantName, merchantCategory, formattedAddress, phoneNumber, placeId);
    }
  }

  /**
   * Set of lines of one type; the type is in its key.
   *
   * @param confidence 0 to 1, or null if the item does not contain it
   */
  public record Section(List<Integer> lineIds, Double confidence, ValidationStatus status) {

    public static Section of(Fact fact) {
      String confidence = fact.text(1);
      return new Section(
          fact.numbers(),
          confidence == null ? null : Double.valueOf(confidence),
          ValidationStatus.valueOf(fact.text(0)));
    }

    public Fact fact() {
      String number = confidence == null ? null : confidence.toString();
      return new Fact(Fact.of(status.name(), number).texts(), lineIds);
    }
  }

  /** Lines of one printed row, left to right; the first is the primary line. */
  public record Row(List<Integer> lineIds) {

    public static Row of(Fact fact) {
      return new Row(fact.numbers());
    }

    public Fact fact() {
      return new Fact(List.of(), lineIds);
    }
  }

  /**
   * Rows of a run's delta; its vectors are not part of the fact.
   *
   * @param rows lines of each row, primary line first; empty for {@code words}
   * @param run the id of the run
   */
  public record Delta(List<List<Integer>> rows, String run) {

    public static Delta of(Fact fact) {
      List<List<Integer>> rows = new ArrayList<>();
      int next = 0;
      while (next < fact.numbers().size()) {
        int end = next + 1 + fact.numbers().get(next);
        rows.add(fact.numbers().subList(next + 1, end));
        next = end;
      }
      return new Delta(rows, fact.text(0));
    }

    /** The count of each row's lines precedes its lines. */
    public Fact fact() {
      List<Integer> numbers = new ArrayList<>();
      for (List<Integer> row : rows) {
        numbers.add(row.size());
        numbers.addAll(row);
      }
      return new Fact(Fact.of(run).texts(), numbers);
    }
  }
}
