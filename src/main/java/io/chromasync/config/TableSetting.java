package io.chromasync.config;

import java.io.Serializable;

/**
 * Table with the setting that names it, possibly in another group than the group being read.
 *
 * @param key key of the property in its group
 */
public record TableSetting(String table, String group, String key) implements Serializable {

  /**
   * Returns the setting for messages, as in {@code Property 'table' in group 'source'
   * ('Receipts')}.
   */
  public String property() {
    return "Property '%s' in group '%s' ('%s')".formatted(key, group, table);
  }
}
