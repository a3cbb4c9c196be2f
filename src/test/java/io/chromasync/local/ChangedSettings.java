package io.chromasync.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** A settings file with the changes that a document shows. */
final class ChangedSettings {

  private ChangedSettings() {}

  /**
   * Settings with groups added, or properties of groups.
   *
   * @param changes a group, or a list of groups
   */
  static JsonNode of(Path settings, JsonNode changes) throws IOException {
    ArrayNode all = (ArrayNode) JsonHttp.JSON.readTree(settings.toFile());
    for (JsonNode change : changes.isArray() ? changes : all.arrayNode().add(changes)) {
      ObjectNode group = null;
      for (JsonNode each : all) {
        if (each.get("PropertyGroupId").equals(change.get("PropertyGroupId"))) {
          group = (ObjectNode) each.get("PropertyMap");
        }
      }
      if (group == null) {
        all.add(change);
      } else {
        group.setAll((ObjectNode) change.get("PropertyMap"));
      }
    }
    return all;
  }
}
