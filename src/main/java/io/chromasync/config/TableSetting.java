package io.chromasync.config;

import java.io.Serializable;

/**
 * A table and the setting that names it, which may be of another group than the one that is read.
 *
 * @param key of the property, in this group
 */
public record TableSetting(String table, String group, String key) implements Serializable {

  /** For messages, as in {@code Property 'table' in group 'source' ('Receipts')}. */
  public String property() {
    return "Property '%s' in group '%s' ('%s')".formatted(key, group, table);
  }
}
