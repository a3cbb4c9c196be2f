package io.chromasync.mapping;

import io.chromasync.model.Entry;
import io.chromasync.model.Fact;

/** What a receipt's place becomes in the metadata of all its records. */
final class PlaceMetadata {

  private static final Fact.Place NOWHERE = new Fact.Place(null, null, null, null, null);

  private PlaceMetadata() {}

  /**
   * Puts what is known of the place; nothing where its item is there and cannot be understood.
   *
   * @param unnamed what {@code merchant_name} is without a merchant: empty on words, which always
   *     have the key; null, no key, on rows
   */
  static void put(Overlay overlay, Entry entry, String unnamed) {
    Fact.Place place = entry.isTombstone() ? NOWHERE : entry.fact().place();
    if (place == null) {
      return;
    }
    putTexts(overlay, place, unnamed);
    if (entry.alteredAt() != null) {
      overlay.set("last_place_update", IsoTime.format(entry.alteredAt()));
    }
    overlay.set("place_removed_at", entry.isTombstone() ? IsoTime.format(entry.removedAt()) : null);
  }

  /**
   * Of a receipt without a place of which nobody knows whether there ever was one, so that no time
   * is told.
   *
   * @param unnamed as for {@link #put}
   */
  static void putNone(Overlay overlay, String unnamed) {
    putTexts(overlay, NOWHERE, unnamed);
  }

  private static void putTexts(Overlay overlay, Fact.Place place, String unnamed) {
    String merchant = place.merchantName();
    overlay.set("merchant_name", merchant == null ? unnamed : PythonText.title(merchant));
    overlay.set("merchant_category", place.merchantCategory());
    overlay.set("address", place.formattedAddress());
    overlay.set("phone_number", place.phoneNumber());
    overlay.set("place_id", place.placeId());
    overlay.remove("canonical_merchant_name");
  }
}
