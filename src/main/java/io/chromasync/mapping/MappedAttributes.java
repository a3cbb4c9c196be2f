package io.chromasync.mapping;

import java.util.Set;

/**
 * The attributes of items that mapping looks at. Whoever reads the table need read no others.
 *
 * <p>Items that are read with these alone mean what whole ones do, because {@link Item} asks for no
 * others: it asserts that.
 */
public final class MappedAttributes {

  /** Their names, keys and type among them. */
  public static final Set<String> NAMES =
      Set.of(
          "PK",
          "SK",
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
