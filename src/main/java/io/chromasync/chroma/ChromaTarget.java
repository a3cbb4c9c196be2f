package io.chromasync.chroma;

import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.delivery.ColumnJson;
import io.chromasync.chroma.delivery.RequestCutter;
import io.chromasync.chroma.delivery.Unwritable;
import io.chromasync.chroma.delivery.WriteRequest;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.CollectionName;
import io.chromasync.model.EntityTree;
import java.util.concurrent.CompletableFuture;

/**
 * Chroma server that a sink task writes to, with its settings and capabilities.
 *
 * @param tasks number of tasks that share the server
 */
public record ChromaTarget(
    Chroma chroma, EntityTree tree, ChromaSettings settings, ServerProfile profile, int tasks) {

  /** Path of the heartbeat, which every Chroma server serves without side effects. */
  static final String HEARTBEAT = "/api/v2/heartbeat";

  /** Creates the target of a single task. */
  ChromaTarget(Chroma chroma, EntityTree tree, ChromaSettings settings, ServerProfile profile) {
    this(chroma, tree, settings, profile, 1);
  }

  /**
   * Returns the maximum number of requests in flight of this task: an equal share, at least one.
   */
  public int maxInFlight() {
    return Math.max(1, settings.maxInFlight() / tasks);
  }

  /** Returns the maximum number of records per request. */
  public int mostRecords() {
    return profile.recordsPerRequest(settings);
  }

  /**
   * Cuts a request from the beginning of a group.
   *
   * @throws Unwritable if the group's first mutation does not fit into any request
   */
  public WriteRequest request(WriteGroup group, int maxRecords) throws Unwritable {
    return new RequestCutter(settings.maxBytesPerRequest(), new ColumnJson(profile.base64()))
        .cut(group, maxRecords);
  }

  /** Sends a write request; the future completes as {@link Chroma} specifies. */
  public CompletableFuture<ChromaResponse> send(WriteRequest request) {
    String path =
        settings.databasePath()
            + "/collections/"
            + profile.collections().get(request.group().collection())
            + "/"
            + request.operation();
    return chroma.post(path, request.body());
  }

  /** Requests a heartbeat; the future completes as {@link Chroma} specifies. */
  public CompletableFuture<ChromaResponse> heartbeat() {
    return chroma.get(HEARTBEAT);
  }

  /** Creates the exception that fails the job because of a group. */
  public ChromaFailure failure(WriteGroup group, String what) {
    return new ChromaFailure(
        "Chroma at %s: %s was %s".formatted(settings.url(), describe(group), what));
  }

  /** Describes a group for messages, as in {@code UPDATE of 500 records in collection 'words'}. */
  public String describe(WriteGroup group) {
    return "%s in %s".formatted(group, describe(group.collection()));
  }

  /** Describes a collection for messages, as in {@code collection 'words'}. */
  public String describe(CollectionName collection) {
    return "collection '%s'".formatted(settings.nameOf(collection));
  }
}
