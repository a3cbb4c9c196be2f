package io.chromasync.chroma;

import io.chromasync.model.Batch;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Cuts a batch into requests: mutations of one verb that follow each other go together, as many as
 * the limits allow, but a request names a record once; every sweep goes alone, in as many requests
 * as it has filters. The requests must be sent in their order.
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
    Set<String> named = new HashSet<>();
    Verb verb = null;
    long bytes = FRAME;
    for (Mutation mutation : batch.mutations()) {
      List<byte[]> row = json.cells(mutation);
      long size = row.stream().mapToLong(cell -> cell.length + 1L).sum();
      boolean full = rows.size() == maxRecords || bytes + size > maxBytes;
      if (mutation.verb() != verb || full || named.contains(mutation.record().id())) {
        add(requests, batch, verb, rows);
        rows = new ArrayList<>();
        named.clear();
        bytes = FRAME;
      }
      verb = mutation.verb();
      if (verb == Verb.SWEEP) {
        addSweep(requests, batch, mutation);
      } else {
        rows.add(row);
        named.add(mutation.record().id());
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

  private static void addSweep(List<WriteRequest> requests, Batch batch, Mutation sweep) {
    Iterator<ColumnJson.Writing> filters = Where.of(sweep).iterator();
    while (filters.hasNext()) {
      byte[] body = where(filters.next());
      int swept = filters.hasNext() ? 0 : 1;
      requests.add(
          new WriteRequest(batch.collection(), Verb.SWEEP, swept, body, batch.oldestMicros()));
    }
  }

  private static byte[] where(ColumnJson.Writing filter) {
    return ColumnJson.json(
        json -> {
          json.writeStartObject();
          json.writeFieldName("where");
          filter.to(json);
          json.writeEndObject();
        });
  }
}
