package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.CollectionName;
import io.chromasync.model.TargetCollections;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Copies the records of a job's collections into the collections of another job, with vectors, page
 * by page. Pages are addressed by offset, so a copy is complete only if nothing writes to the
 * source meanwhile: the source job must be stopped.
 *
 * <p>Idempotent: a repeated copy overwrites the same records. Not thread-safe.
 */
public final class CollectionCopy {

  private static final int PAGE = 300;

  private final End from;
  private final End to;

  private CollectionCopy(End from, End to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Opens the collections of two jobs, on the same server or on two servers.
   *
   * <p>The target's collections are created if they are missing, with the configuration of the
   * source's collections. Existing collections must have the same space and dimension. Unavailable
   * servers are retried as at the start of a job.
   *
   * @throws InvalidSettings if the source or the target cannot be used, or both are the same
   *     collections
   */
  public static CollectionCopy between(ChromaSettings from, ChromaSettings to) {
    for (CollectionName collection : from.collections()) {
      if (path(from, collection).equals(path(to, collection))) {
        throw new InvalidSettings(
            "'%s' must not name the collection that is copied, but names '%s'"
                .formatted(ChromaSettings.settingOf(collection), from.nameOf(collection)));
      }
    }
    End source = End.open(from, Map.of());
    return new CollectionCopy(source, End.open(to, source.collections()));
  }

  /** Returns the number of records in the target's collection. */
  public long found(CollectionName collection) throws IOException {
    return to.count(collection);
  }

  /**
   * Copies all records of a collection, and marks the target as a copy once it is complete. From
   * then on, the state of a job on the source fits a job on the target.
   *
   * @param progress receives the number of copied records after each page
   * @return number of records, equal in source and target
   * @throws IOException if a server rejects a request or does not respond, or if source and target
   *     differ in their number of records afterwards
   */
  public long copy(CollectionName collection, LongConsumer progress) throws IOException {
    long copied = 0;
    JsonNode page = from.page(collection, 0);
    while (!page.path("ids").isEmpty()) {
      to.upsert(collection, page);
      copied += page.path("ids").size();
      progress.accept(copied);
      page = from.page(collection, copied);
    }
    long there = from.count(collection);
    long here = to.count(collection);
    if (copied != there || here != there) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%,d records of %s were copied, but the original has %,d and the copy has %,d: stop"
                  + " all writers to these collections, delete the copy, and copy again",
              copied,
              from.settings().nameOf(collection),
              there,
              here));
    }
    to.mark(collection, from.id(collection));
    return here;
  }

  private static String path(ChromaSettings settings, CollectionName collection) {
    return settings.url() + settings.databasePath() + "/" + settings.nameOf(collection);
  }

  /** Collections of one job. */
  private record End(
      ChromaSettings settings,
      Map<CollectionName, FoundCollection> collections,
      HttpChroma chroma) {

    /**
     * Opens the collections of a job.
     *
     * @param originals collections to take configuration and dimension from; empty for none
     */
    static End open(ChromaSettings settings, Map<CollectionName, FoundCollection> originals) {
      return settings
          .startRetries()
          .until(
              () -> {
                HttpChroma chroma = HttpChroma.of(settings);
                CollectionSetup setup = new CollectionSetup(new Inquiry(settings, chroma));
                Map<CollectionName, FoundCollection> found = new HashMap<>();
                for (CollectionName collection : settings.collections()) {
                  CollectionSpec spec =
                      CollectionSpec.of(
                          ChromaSettings.settingOf(collection), settings.nameOf(collection), null);
                  FoundCollection original = originals.get(collection);
                  found.put(collection, setup.open(original == null ? spec : spec.like(original)));
                }
                return new End(settings, found, chroma);
              });
    }

    long count(CollectionName collection) throws IOException {
      return ask(() -> chroma.get(path(collection, "count")), Shape.COUNT).asLong();
    }

    JsonNode page(CollectionName collection, long offset) throws IOException {
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("limit", PAGE);
      body.put("offset", offset);
      body.putArray("include").add("embeddings").add("documents").add("metadatas");
      return ask(() -> chroma.post(path(collection, "get"), bytes(body)), Shape.PAGE);
    }

    void upsert(CollectionName collection, JsonNode page) throws IOException {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      for (String column : new String[] {"ids", "embeddings", "documents", "metadatas"}) {
        body.set(column, page.get(column));
      }
      ask(() -> chroma.post(path(collection, "upsert"), bytes(body)), Shape.ACKNOWLEDGEMENT);
    }

    /** Chroma replaces all metadata by the metadata sent, so the existing metadata are sent too. */
    void mark(CollectionName collection, String copied) throws IOException {
      String name = settings.databasePath() + "/collections/" + settings.nameOf(collection);
      JsonNode metadata = ask(() -> chroma.get(name), Shape.COLLECTION).path("metadata");
      ObjectNode marked =
          metadata.isObject()
              ? metadata.<ObjectNode>deepCopy()
              : JsonNodeFactory.instance.objectNode();
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.set("new_metadata", marked.put(TargetCollections.COPY_OF, copied));
      ask(() -> chroma.put(path(collection), bytes(body)), Shape.ACKNOWLEDGEMENT);
    }

    String id(CollectionName collection) {
      return collections.get(collection).id();
    }

    private String path(CollectionName collection) {
      return "%s/collections/%s".formatted(settings.databasePath(), id(collection));
    }

    private String path(CollectionName collection, String operation) {
      return path(collection) + "/" + operation;
    }

    private static byte[] bytes(ObjectNode body) {
      return body.toString().getBytes(UTF_8);
    }

    /** Requests may be retried, because all writes of a copy are idempotent. */
    private JsonNode ask(Supplier<CompletableFuture<ChromaResponse>> request, Shape shape)
        throws IOException {
      Inquiry inquiry = new Inquiry(settings, chroma);
      try {
        Reply reply = settings.startRetries().until(() -> inquiry.await(request.get(), shape));
        if (!reply.isSuccess()) {
          throw new IOException(
              "Chroma at %s returned %s".formatted(settings.url(), reply.summary()));
        }
        return reply.body();
      } catch (InvalidSettings notInTime) {
        throw new IOException(notInTime.getMessage(), notInTime);
      }
    }
  }
}
