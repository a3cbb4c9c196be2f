package io.chromasync.mapping;

import io.chromasync.model.Entry;
import io.chromasync.model.Fact;

/**
 * What a receipt's place becomes in the metadata of all its records. Without a merchant {@code
 * merchant_name} is removed, but on words, which always have the key.
 */
final class PlaceMetadata {

  private static final Fact.Place NOWHERE = new Fact.Place(null, null, null, null, null);

  private PlaceMetadata() {}

  /** Puts what is known of the place; nothing where its item is there and cannot be understood. */
  static void put(Overlay overlay, Entry entry) {
    Fact.Place place = entry.isTombstone() ? NOWHERE : entry.fact().place();
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
   * Of a receipt without a place of which nobody knows whether there ever was one, so that no time
   * is told.
   */
  static void putNone(Overlay overlay) {
    putTexts(overlay, NOWHERE);
  }

  private static void putTexts(Overlay overlay, Fact.Place place) {
    String merchant = place.merchantName();
    overlay.set("merchant_name", merchant == null ? null : PythonText.title(merchant));
    overlay.set("merchant_category", place.merchantCategory());
    overlay.set("address", place.formattedAddress());
    overlay.set("phone_number", place.phoneNumber());
    overlay.set("place_id", place.placeId());
    overlay.remove("canonical_merchant_name");
  }
}
