package io.chromasync.chroma;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Server that a task writes to, what it can take, and how the job uses it.
 *
 * @param tasks tasks that share the server
 */
record Destination(Chroma chroma, ChromaSettings settings, ServerProfile profile, int tasks) {

  /** The path that every Chroma server answers without doing anything. */
  static final String HEARTBEAT = "/api/v2/heartbeat";

  /** A server that one task writes to. */
  Destination(Chroma chroma, ChromaSettings settings, ServerProfile profile) {
    this(chroma, settings, profile, 1);
  }

  /** Most requests that the task has in flight: its share, but at least one. */
  int maxInFlight() {
    return Math.max(1, settings.maxInFlight() / tasks);
  }

  /** Most records of one request. */
  int mostRecords() {
    return profile.recordsPerRequest(settings);
  }

  /**
   * A request cut from the beginning of a group.
   *
   * @throws Unwritable if no request can hold the group's first mutation
   */
  WriteRequest request(WriteGroup group, int maxRecords) throws Unwritable {
    return new RequestCutter(settings.maxBytesPerRequest(), new ColumnJson(profile.base64()))
        .cut(group, maxRecords);
  }

  CompletableFuture<Answer> send(WriteRequest request) {
    String path =
        settings.databasePath()
            + "/collections/"
            + profile.collections().get(request.group().collection())
            + "/"
            + request.operation();
    return chroma.post(path, request.body());
  }

  CompletableFuture<Answer> heartbeat() {
    return chroma.get(HEARTBEAT);
  }

  /** The failure of the job over a group. */
  ChromaFailure failure(WriteGroup group, String what) {
    return new ChromaFailure(
        "Chroma at %s: %s was %s".formatted(settings.url(), describe(group), what));
  }

  /** A group in a sentence, as in {@code UPDATE of 500 records in collection 'words'}. */
  String describe(WriteGroup group) {
    return "%s in %s".formatted(group, describe(group.collection()));
  }

  /** As in {@code collection 'words'}. */
  String describe(Collection collection) {
    return "collection '%s'".formatted(settings.nameOf(collection));
  }
}
