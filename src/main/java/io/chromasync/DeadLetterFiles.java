package io.chromasync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Where dead letters go: files of JSON lines, finished at each checkpoint, so that a letter is as
 * durable as the checkpoint behind it and a replay writes none twice.
 *
 * <p>A line has the reason, the entity if it was understood, one sentence of detail, and the change
 * as a stream record: {@code {"reason":…,"entity":…,"detail":…,"origin":…,"record":{"eventName":…,
 * "dynamodb":{"Keys":…,"NewImage":…,"OldImage":…,"SequenceNumber":…,
 * "ApproximateCreationDateTimeMicros":…}}}}. Origin and record are null if the change is not known.
 */
final class DeadLetterFiles {

  private DeadLetterFiles() {}

  static Sink<DeadLetter> to(DeadLetterSettings settings) {
    return FileSink.forRowFormat(new Path(settings.uri()), new Line())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }

  /** One dead letter as one line. */
  static final class Line implements Encoder<DeadLetter> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void encode(DeadLetter letter, OutputStream stream) throws IOException {
      stream.write(JSON.writeValueAsString(line(letter)).getBytes(StandardCharsets.UTF_8));
      stream.write('\n');
    }

    private static ObjectNode line(DeadLetter letter) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("reason", letter.reason().name().toLowerCase(Locale.ROOT));
      line.put("entity", letter.entity());
      line.put("detail", letter.detail());
      ItemChange change = letter.change();
      line.put("origin", change == null ? null : change.origin());
      line.set("record", change == null ? null : record(change));
      return line;
    }

    private static ObjectNode record(ItemChange change) {
      ObjectNode record = JsonNodeFactory.instance.objectNode();
      record.put("eventName", change.operation().name());
      ObjectNode dynamodb = record.putObject("dynamodb");
      ObjectNode keys = dynamodb.putObject("Keys");
      putKey(keys, "PK", change.partitionKey());
      putKey(keys, "SK", change.sortKey());
      putItem(dynamodb, "NewImage", change.newItem());
      putItem(dynamodb, "OldImage", change.oldItem());
      dynamodb.put("SequenceNumber", change.version().sequence());
      dynamodb.put("ApproximateCreationDateTimeMicros", change.version().micros());
      return record;
    }

    private static void putKey(ObjectNode keys, String name, String value) {
      if (value != null) {
        keys.putObject(name).put("S", value);
      }
    }

    private static void putItem(ObjectNode dynamodb, String name, String item) {
      if (item != null) {
        dynamodb.set(name, asJson(item));
      }
    }

    /** The item as it is, or as a text if it is no JSON: a dead letter keeps whatever came. */
    private static JsonNode asJson(String item) {
      try {
        return JSON.readTree(item);
      } catch (JsonProcessingException e) {
        return JsonNodeFactory.instance.textNode(item);
      }
    }
  }
}
