package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.PartitionFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Live labels of a word, or of all words of a row.
 *
 * <p>{@link #CORE} is the vocabulary of the readers. Tables also contain malformed names. A
 * malformed name gets no metadata key, but counts for the status of a word.
 */
record Labels(List<Labels.Named> all) {

  static final SortedSet<String> CORE =
      new TreeSet<>(
          List.of(
              "MERCHANT_NAME",
              "STORE_HOURS",
              "PHONE_NUMBER",
              "WEBSITE",
              "LOYALTY_ID",
              "ADDRESS_LINE",
              "DATE",
              "TIME",
              "PAYMENT_METHOD",
              "COUPON",
              "DISCOUNT",
              "PRODUCT_NAME",
              "QUANTITY",
              "UNIT_PRICE",
              "LINE_TOTAL",
              "SUBTOTAL",
              "TAX",
              "TIP",
              "GRAND_TOTAL",
              "CHANGE",
              "CASH_BACK",
              "REFUND"));

  /** Label with its name. */
  record Named(String name, ReceiptFacts.Label label) {

    boolean is(ValidationStatus status) {
      return label.status() == status;
    }

    Instant added() {
      return IsoTime.parse(label.timestampAdded());
    }
  }

  private static final Set<ValidationStatus> IN_DETAIL =
      EnumSet.of(ValidationStatus.PENDING, ValidationStatus.VALID);

  private static final Comparator<Named> BY_AGE =
      Comparator.comparing(Named::added).thenComparing(Named::name);

  /**
   * Returns true if metadata contains the proposer or time of a label with this name and status.
   * For other labels these attributes need not be valid.
   */
  static boolean showsDetail(String name, ValidationStatus status) {
    return CORE.contains(name) && IN_DETAIL.contains(status);
  }

  /** Labels of a word; none if the word is deleted, even if labels were inserted below it later. */
  static Labels ofWord(EntityKey word, PartitionFacts facts) {
    List<Named> labels = new ArrayList<>();
    if (!facts.isTombstone(word)) {
      for (EntityKey key : facts.children(word, ReceiptKeys.LABEL)) {
        Fact fact = facts.fact(key);
        if (fact != null) {
          labels.add(new Named(key.name(), ReceiptFacts.Label.of(fact)));
        }
      }
    }
    return new Labels(labels);
  }

  /** Labels of several words. */
  static Labels ofAll(List<Labels> words) {
    List<Named> all = new ArrayList<>();
    words.forEach(word -> all.addAll(word.all));
    return new Labels(all);
  }

  Labels core() {
    List<Named> core = new ArrayList<>(all);
    core.removeIf(label -> !CORE.contains(label.name));
    return new Labels(core);
  }

  boolean any(ValidationStatus status) {
    for (Named label : all) {
      if (label.is(status)) {
        return true;
      }
    }
    return false;
  }

  /** Names that have a label of this status. */
  SortedSet<String> names(ValidationStatus status) {
    SortedSet<String> names = new TreeSet<>();
    for (Named label : all) {
      if (label.is(status)) {
        names.add(label.name);
      }
    }
    return names;
  }

  /**
   * Label with this status that was added last. If two labels have the same microsecond, the later
   * name in the alphabet wins. Requires labels of the vocabulary with a status that is {@linkplain
   * #showsDetail shown in detail}.
   */
  Optional<ReceiptFacts.Label> newest(ValidationStatus status) {
    Predicate<Named> hasStatus = label -> label.is(status);
    return all.stream().filter(hasStatus).max(BY_AGE).map(Named::label);
  }
}
