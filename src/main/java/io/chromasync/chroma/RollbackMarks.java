package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import io.chromasync.chroma.FoundMarks.Next;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.delivery.ColumnJson;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Chroma collection of timestamps, one per sink task and set of target collections, by which a
 * restored backup of Chroma is detected. It is in the same database as the target collections, so
 * that a restore rolls it back together with them. Its vectors have one dimension and no meaning.
 *
 * @param path path of the collection
 */
record RollbackMarks(Chroma chroma, String path) {

  /** Maximum number of records that Chroma Cloud returns; a job has at most 128 tasks. */
  private static final int MOST = CloudLimits.RECORDS_PER_REQUEST;

  static RollbackMarks of(ChromaTarget destination) {
    return new RollbackMarks(
        destination.chroma(),
        "%s/collections/%s"
            .formatted(destination.settings().databasePath(), destination.profile().marks()));
  }

  /** Reads all marks for the mark's collections. */
  CompletableFuture<ChromaResponse> get(Mark mark) {
    return chroma.post(
        path + "/get",
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("where");
              json.writeObjectFieldStart("collections");
              json.writeStringField("$eq", mark.collections());
              json.writeEndObject();
              json.writeEndObject();
              json.writeArrayFieldStart("include");
              json.writeString("metadatas");
              json.writeEndArray();
              json.writeNumberField("limit", MOST);
              json.writeEndObject();
            }));
  }

  /** Writes a mark over the task's previous mark. */
  CompletableFuture<ChromaResponse> put(Next next) {
    Mark mark = next.mark();
    return chroma.post(
        path + "/upsert",
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              json.writeArrayFieldStart("ids");
              json.writeString(mark.id());
              json.writeEndArray();
              json.writeArrayFieldStart("embeddings");
              json.writeArray(new double[] {0}, 0, 1);
              json.writeEndArray();
              json.writeArrayFieldStart("metadatas");
              json.writeStartObject();
              json.writeStringField("collections", mark.collections());
              json.writeNumberField("task", mark.task());
              json.writeNumberField("at", mark.at());
              writeMillis(json, "event_time", mark.eventTime());
              if (next.kept() != null) {
                json.writeNumberField("kept_at", next.kept().at());
                writeMillis(json, "kept_event_time", next.kept().eventTime());
              }
              json.writeEndObject();
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  private static void writeMillis(JsonGenerator json, String key, long millis) throws IOException {
    if (millis == Long.MIN_VALUE) {
      json.writeNullField(key);
    } else {
      json.writeNumberField(key, millis);
    }
  }
}
