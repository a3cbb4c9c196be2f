package io.chromasync.chroma;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Mutation;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a request from the beginning of a group: as many mutations as the limits allow.
 *
 * @param maxBytes of one request, unless one record alone has more
 */
record RequestCutter(long maxBytes, ColumnJson json) {

  /** Names and brackets of all columns. */
  private static final int FRAME = 64;

  /**
   * The first request of a group; what it does not take is left for the next.
   *
   * @param maxRecords of the request, at least 1
   * @throws Unwritable if no request can hold the group's first mutation
   */
  WriteRequest cut(WriteGroup group, int maxRecords) throws Unwritable {
    List<List<byte[]>> rows = new ArrayList<>();
    long bytes = FRAME;
    for (Mutation mutation : group.mutations()) {
      List<byte[]> row = rows.size() < maxRecords ? row(mutation, rows.isEmpty()) : null;
      if (row == null) {
        break;
      }
      bytes += row.stream().mapToLong(cell -> cell.length + 1L).sum();
      if (bytes > maxBytes && !rows.isEmpty()) {
        break;
      }
      rows.add(row);
    }
    return new WriteRequest(group.first(rows.size()), ColumnJson.body(group.verb(), rows));
  }

  /** Null if it cannot be written and is not the first. */
  private List<byte[]> row(Mutation mutation, boolean first) throws Unwritable {
    try {
      return json.cells(mutation);
    } catch (Unwritable e) {
      if (first) {
        throw e;
      }
      return null;
    }
  }

  /** The body of a delete by filter. */
  static byte[] where(ColumnJson.Writing filter) {
    return ColumnJson.json(
        json -> {
          json.writeStartObject();
          json.writeFieldName("where");
          filter.to(json);
          json.writeEndObject();
        });
  }
}
