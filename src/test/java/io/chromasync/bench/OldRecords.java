package io.chromasync.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The collection of words as the consumer of a queue writes it. Thread-safe. */
final class OldRecords {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The key of metadata that tells when a record was changed, in seconds. */
  private static final String CHANGED_AT = "changed_at";

  private static final int WORDS_OF_AN_IMAGE = 1_000;
  private static final int DIMENSION = 8;

  private final PlainClient client;
  private final String path;

  OldRecords(PlainClient client, String path) {
    this.client = client;
    this.path = path;
  }

  /** The record of a word. */
  static RecordKey record(RecordChange change) {
    return new BenchImage(change.image(), WORDS_OF_AN_IMAGE).record(change.word());
  }

  /** The vector of a number: its first component is the number. */
  static float[] vector(int number) {
    float[] vector = new float[DIMENSION];
    vector[0] = number;
    vector[1] = 1;
    return vector;
  }

  /** Writes changes of one kind and of different words, in one request. */
  void write(List<RecordChange> changes) {
    if (!changes.isEmpty()) {
      PlainRequest request = PlainRequest.of(changes.stream().map(OldRecords::mutation).toList());
      client.post(path + "/" + request.verb(), request.body());
    }
  }

  /** When the records that are there were changed, by id. */
  Map<String, Integer> changedAt(Collection<String> ids) {
    ObjectNode request = JSON.createObjectNode();
    ids.forEach(request.putArray("ids")::add);
    request.putArray("include").add("metadatas");
    JsonNode answer =
        client.post(path + "/get", request.toString().getBytes(StandardCharsets.UTF_8));
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < answer.required("ids").size(); i++) {
      int second = answer.required("metadatas").path(i).path(CHANGED_AT).asInt(-1);
      found.put(answer.required("ids").get(i).asText(), second);
    }
    return found;
  }

  private static Mutation mutation(RecordChange change) {
    RecordKey record = record(change);
    Version unused = new Version(change.version(), "");
    Map<String, MetadataValue> metadata = new HashMap<>();
    metadata.put("label_status", MetadataValue.of(change.labelStatus()));
    metadata.put("last_label_update", MetadataValue.of(Integer.toString(change.second())));
    metadata.put(CHANGED_AT, MetadataValue.of(change.second()));
    return switch (change.kind()) {
      case DELETED -> Mutation.delete(record, unused);
      case LABELLED -> Mutation.update(record, metadata, unused);
      case EMBEDDED -> {
        metadata.put("image_id", MetadataValue.of(record.partition()));
        metadata.put("text", MetadataValue.of("TOTAL"));
        yield Mutation.upsert(record, vector(change.vector()), "TOTAL", metadata, unused);
      }
    };
  }
}
