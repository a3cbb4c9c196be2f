package io.chromasync.chroma;

import io.chromasync.model.Batch;
import java.util.ArrayList;
import java.util.List;

/** The requests that a batch is written in if all goes well. */
final class Requests {

  private Requests() {}

  static List<WriteRequest> of(Batch batch, RequestCutter cutter, int maxRecords) {
    List<WriteRequest> requests = new ArrayList<>();
    for (Group group : Group.of(batch)) {
      Group rest = group;
      while (rest != null) {
        WriteRequest request = cut(rest, cutter, maxRecords);
        requests.add(request);
        int taken = request.group().size();
        rest = taken < rest.size() ? rest.after(taken) : null;
      }
    }
    return requests;
  }

  static List<WriteRequest> of(Batch batch, Destination destination) {
    return of(
        batch,
        new RequestCutter(
            destination.settings().maxBytesPerRequest(),
            new ColumnJson(destination.profile().base64())),
        destination.mostRecords());
  }

  private static WriteRequest cut(Group group, RequestCutter cutter, int maxRecords) {
    try {
      return cutter.cut(group, maxRecords);
    } catch (Unwritable e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
