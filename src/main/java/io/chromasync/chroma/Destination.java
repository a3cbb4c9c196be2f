package io.chromasync.chroma;

import io.chromasync.model.Batch;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where writes go: the server, what it can take, and how we use it. */
record Destination(Chroma chroma, ChromaSettings settings, ServerProfile profile) {

  /** The requests of a batch, in their order. */
  List<WriteRequest> requests(Batch batch) {
    return new RequestCutter(
            profile.recordsPerRequest(settings),
            settings.maxBytesPerRequest(),
            new ColumnJson(profile.base64()))
        .cut(batch);
  }

  CompletableFuture<Answer> send(WriteRequest request) {
    String path =
        settings.databasePath()
            + "/collections/"
            + profile.collections().get(request.collection())
            + "/"
            + request.operation();
    return chroma.post(path, request.body());
  }

  /** A request in a sentence, as in {@code UPDATE of 500 records in collection 'words'}. */
  String describe(WriteRequest request) {
    return "%s in collection '%s'".formatted(request, settings.nameOf(request.collection()));
  }
}
