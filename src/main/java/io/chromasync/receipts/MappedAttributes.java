package io.chromasync.receipts;

import io.chromasync.model.ItemKey;
import java.util.Set;

/**
 * Attributes of items that mapping reads. A scan or export need read no others.
 *
 * <p>An item with only these attributes has the same mapping as the whole item, because {@link
 * Item} requests no others. An assertion in {@link Item} checks this.
 */
public final class MappedAttributes {

  /** Names of the attributes, with keys and type. */
  public static final Set<String> NAMES =
      Set.of(
          ItemKey.PARTITION,
          ItemKey.SORT,
          "TYPE",
          "confidence",
          "created_at",
          "formatted_address",
          "image_id",
          "label_consolidated_from",
          "label_proposed_by",
          "line_ids",
          "lines_delta_prefix",
          "lines_state",
          "merchant_category",
          "merchant_name",
          "phone_number",
          "place_id",
          "reasoning",
          "receipt_id",
          "section_type",
          "timestamp_added",
          "validation_status",
          "words_delta_prefix",
          "words_state");

  private MappedAttributes() {}
}
