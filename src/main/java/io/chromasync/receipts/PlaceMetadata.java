package io.chromasync.receipts;

import io.chromasync.model.FactRegister;

/**
 * Metadata of a receipt's place in all its records. Without a merchant {@code merchant_name} is
 * removed, except on words, which always have the key.
 */
final class PlaceMetadata {

  private static final ReceiptFacts.Place NOWHERE =
      new ReceiptFacts.Place(null, null, null, null, null);

  private PlaceMetadata() {}

  /** Adds the known attributes of the place; nothing if its item exists but could not be parsed. */
  static void put(MetadataBuilder overlay, FactRegister entry) {
    ReceiptFacts.Place place = entry.isTombstone() ? NOWHERE : ReceiptFacts.Place.of(entry.fact());
    if (place == null) {
      return;
    }
    putTexts(overlay, place);
    if (entry.alteredAt() != null) {
      overlay.set("last_place_update", IsoTime.format(entry.alteredAt()));
    }
    overlay.set("place_removed_at", entry.isTombstone() ? IsoTime.format(entry.removedAt()) : null);
  }

  /**
   * Adds the metadata of a receipt without a place. It is unknown whether there ever was a place,
   * so no timestamps are set.
   */
  static void putNone(MetadataBuilder overlay) {
    putTexts(overlay, NOWHERE);
  }

  private static void putTexts(MetadataBuilder overlay, ReceiptFacts.Place place) {
    String merchant = place.merchantName();
    overlay.set("merchant_name", merchant == null ? null : PythonText.title(merchant));
    overlay.set("merchant_category", place.merchantCategory());
    overlay.set("address", place.formattedAddress());
    overlay.set("phone_number", place.phoneNumber());
    overlay.set("place_id", place.placeId());
    overlay.remove("canonical_merchant_name");
  }
}
