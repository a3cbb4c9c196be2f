package io.chromasync.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.Collection;
import io.chromasync.model.RunReport;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Reports as they lie in checkpoints: JSON. A later version reads what this one wrote.
 *
 * <p>Thread-safe.
 */
public final class RunReportSerializer implements SimpleVersionedSerializer<RunReport> {

  private static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(RunReport report) throws IOException {
    ObjectNode node =
        JSON.createObjectNode()
            .put("image", report.image())
            .put("receipt", report.receipt())
            .put("run", report.run())
            .put("collection", report.collection().name())
            .put("merged", report.merged())
            .put("error", report.error());
    return JSON.writeValueAsBytes(node);
  }

  @Override
  public RunReport deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "A run report of version %d cannot be read: this release reads version %d"
              .formatted(version, VERSION));
    }
    JsonNode node = JSON.readTree(serialized);
    return new RunReport(
        node.get("image").textValue(),
        node.get("receipt").intValue(),
        node.get("run").textValue(),
        Collection.valueOf(node.get("collection").textValue()),
        node.get("merged").intValue(),
        node.get("error").textValue());
  }
}
