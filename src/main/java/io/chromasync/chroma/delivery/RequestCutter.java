package io.chromasync.chroma.delivery;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Mutation;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a request from the beginning of a group: as many mutations as the limits allow.
 *
 * @param maxBytes maximum bytes per request, unless a single record is larger
 */
public record RequestCutter(long maxBytes, ColumnJson json) {

  /** Bytes of the names and brackets of all columns. */
  private static final int FRAME = 64;

  /**
   * Returns the first request of a group; the remaining mutations are left for the next request.
   *
   * @param maxRecords maximum records of the request, at least 1
   * @throws Unwritable if the group's first mutation does not fit into any request
   */
  public WriteRequest cut(WriteGroup group, int maxRecords) throws Unwritable {
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

  /** Returns null if a mutation other than the first cannot be written. */
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

  /** Returns the body of a delete by filter. */
  public static byte[] where(ColumnJson.Writing filter) {
    return ColumnJson.json(
        json -> {
          json.writeStartObject();
          json.writeFieldName("where");
          filter.to(json);
          json.writeEndObject();
        });
  }
}
