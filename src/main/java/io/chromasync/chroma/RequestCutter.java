package io.chromasync.chroma;

import io.chromasync.model.Batch;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a batch into requests: mutations of one verb that follow each other go together, as many as
 * the limits allow; every sweep goes alone. The requests must be sent in their order.
 *
 * @param maxRecords of one request
 * @param maxBytes of one request, unless one record alone has more
 */
record RequestCutter(int maxRecords, long maxBytes, ColumnJson json) {

  /** Names and brackets of all columns. */
  private static final int FRAME = 64;

  List<WriteRequest> cut(Batch batch) {
    List<WriteRequest> requests = new ArrayList<>();
    List<List<byte[]>> rows = new ArrayList<>();
    Verb verb = null;
    long bytes = FRAME;
    for (Mutation mutation : batch.mutations()) {
      List<byte[]> row = json.cells(mutation);
      long size = row.stream().mapToLong(cell -> cell.length + 1L).sum();
      boolean full = rows.size() == maxRecords || bytes + size > maxBytes;
      if (mutation.verb() != verb || full) {
        add(requests, batch, verb, rows);
        rows = new ArrayList<>();
        bytes = FRAME;
      }
      verb = mutation.verb();
      if (verb == Verb.SWEEP) {
        requests.add(sweep(batch, mutation));
      } else {
        rows.add(row);
        bytes += size;
      }
    }
    add(requests, batch, verb, rows);
    return requests;
  }

  private static void add(
      List<WriteRequest> requests, Batch batch, Verb verb, List<List<byte[]>> rows) {
    if (!rows.isEmpty()) {
      byte[] body = ColumnJson.body(verb, rows);
      requests.add(
          new WriteRequest(batch.collection(), verb, rows.size(), body, batch.oldestMicros()));
    }
  }

  private static WriteRequest sweep(Batch batch, Mutation sweep) {
    byte[] body =
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              json.writeFieldName("where");
              Where.write(json, sweep.record());
              json.writeEndObject();
            });
    return new WriteRequest(batch.collection(), Verb.SWEEP, 1, body, batch.oldestMicros());
  }
}
