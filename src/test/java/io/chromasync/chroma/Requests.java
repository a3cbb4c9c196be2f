package io.chromasync.chroma;

import io.chromasync.chroma.delivery.ColumnJson;
import io.chromasync.chroma.delivery.RequestCutter;
import io.chromasync.chroma.delivery.Unwritable;
import io.chromasync.chroma.delivery.WriteRequest;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.receipts.ReceiptTree;
import java.util.ArrayList;
import java.util.List;

/** The requests that mutations are written in, one after the other, if all goes well. */
public final class Requests {

  private Requests() {}

  public static List<WriteRequest> of(
      List<Mutation> mutations, RequestCutter cutter, int maxRecords) {
    List<WriteRequest> requests = new ArrayList<>();
    for (WriteGroup group : groups(mutations)) {
      if (group.verb() == Verb.DELETE_BY_FILTER) {
        DeleteFilters.of(group.mutations().get(0), new ReceiptTree().of(group.collection()))
            .forEach(filter -> requests.add(new WriteRequest(group, RequestCutter.where(filter))));
      } else {
        addAll(requests, group, cutter, maxRecords);
      }
    }
    return requests;
  }

  public static List<WriteRequest> of(List<Mutation> mutations, ChromaTarget destination) {
    return of(
        mutations,
        new RequestCutter(
            destination.settings().maxBytesPerRequest(),
            new ColumnJson(destination.profile().base64())),
        destination.mostRecords());
  }

  /** Neighbours of one verb together, each sweep alone. */
  private static List<WriteGroup> groups(List<Mutation> mutations) {
    List<WriteGroup> groups = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= mutations.size(); to++) {
      Verb verb = mutations.get(from).verb();
      if (to == mutations.size()
          || verb == Verb.DELETE_BY_FILTER
          || mutations.get(to).verb() != verb) {
        groups.add(Mutations.group(mutations.subList(from, to)));
        from = to;
      }
    }
    return groups;
  }

  private static void addAll(
      List<WriteRequest> requests, WriteGroup group, RequestCutter cutter, int maxRecords) {
    WriteGroup rest = group;
    while (rest != null) {
      WriteRequest request = cut(rest, cutter, maxRecords);
      requests.add(request);
      int taken = request.group().size();
      rest = taken < rest.size() ? rest.after(taken) : null;
    }
  }

  private static WriteRequest cut(WriteGroup group, RequestCutter cutter, int maxRecords) {
    try {
      return cutter.cut(group, maxRecords);
    } catch (Unwritable e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
