package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.Collection;
import io.chromasync.model.Target;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Copies the records of a job's collections into those of another, with vectors, page by page.
 * Pages are counted, so it is whole only if nobody writes to the source meanwhile: the job is
 * stopped.
 *
 * <p>It may be repeated: a record that was copied is copied again. Used by one thread.
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
   * Between the collections of two jobs, on one server or two; those of the other are created if
   * they are missing.
   *
   * @throws InvalidSettings if one end cannot be used, or both are the same collections
   */
  public static CollectionCopy between(ChromaSettings from, ChromaSettings to) {
    for (Collection collection : Collection.values()) {
      if (path(from, collection).equals(path(to, collection))) {
        throw new InvalidSettings(
            "'%s' must name another collection than that which is copied, but both are '%s'"
                .formatted(ChromaSettings.settingOf(collection), from.nameOf(collection)));
      }
    }
    return new CollectionCopy(End.open(from), End.open(to));
  }

  /** How many records the other job's collection has. */
  public long found(Collection collection) throws IOException {
    return to.count(collection);
  }

  /**
   * Copies all records of a collection, and marks it as a copy when it is whole: from then on the
   * state of a job on the one fits a job on the other.
   *
   * @param progress told how many were copied, after each page
   * @return how many there are now on both sides
   * @throws IOException if a server refuses or does not answer, or both sides do not have the same
   *     number of records afterwards
   */
  public long copy(Collection collection, LongConsumer progress) throws IOException {
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
              "%,d records of %s were copied, but it has %,d and the copy has %,d: stop whoever writes to"
                  + " either, delete the copy, and copy again",
              copied,
              from.settings().nameOf(collection),
              there,
              here));
    }
    to.mark(collection, from.id(collection));
    return here;
  }

  private static String path(ChromaSettings settings, Collection collection) {
    return settings.url() + settings.databasePath() + "/" + settings.nameOf(collection);
  }

  /** The collections of one job. */
  private record End(ChromaSettings settings, ServerProfile profile, HttpChroma chroma) {

    static End open(ChromaSettings settings) {
      HttpChroma chroma = HttpChroma.of(settings);
      return new End(settings, Preflight.run(settings, chroma), chroma);
    }

    long count(Collection collection) throws IOException {
      return answer(chroma.get(path(collection, "count"))).asLong();
    }

    JsonNode page(Collection collection, long offset) throws IOException {
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("limit", PAGE);
      body.put("offset", offset);
      body.putArray("include").add("embeddings").add("documents").add("metadatas");
      return answer(chroma.post(path(collection, "get"), body.toString().getBytes(UTF_8)));
    }

    void upsert(Collection collection, JsonNode page) throws IOException {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      for (String column : new String[] {"ids", "embeddings", "documents", "metadatas"}) {
        body.set(column, page.get(column));
      }
      answer(chroma.post(path(collection, "upsert"), body.toString().getBytes(UTF_8)));
    }

    /** Chroma puts what is sent in the place of all metadata, so what is there is sent too. */
    void mark(Collection collection, String copied) throws IOException {
      String name = settings.databasePath() + "/collections/" + settings.nameOf(collection);
      JsonNode metadata = answer(chroma.get(name)).path("metadata");
      ObjectNode marked =
          metadata.isObject()
              ? metadata.<ObjectNode>deepCopy()
              : JsonNodeFactory.instance.objectNode();
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.set("new_metadata", marked.put(Target.COPY_OF, copied));
      answer(chroma.put(path(collection), body.toString().getBytes(UTF_8)));
    }

    String id(Collection collection) {
      return profile.collections().get(collection);
    }

    private String path(Collection collection) {
      return "%s/collections/%s".formatted(settings.databasePath(), id(collection));
    }

    private String path(Collection collection, String operation) {
      return path(collection) + "/" + operation;
    }

    private JsonNode answer(CompletableFuture<Answer> exchange) throws IOException {
      try {
        Answer answer = exchange.get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        if (!answer.isSuccess()) {
          throw new IOException(
              "Chroma at %s gives %s".formatted(settings.url(), answer.summary()));
        }
        return answer.json();
      } catch (ExecutionException | TimeoutException e) {
        exchange.cancel(true);
        throw new IOException("Chroma at %s does not answer".formatted(settings.url()), e);
      } catch (InterruptedException e) {
        exchange.cancel(true);
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while asking Chroma at " + settings.url(), e);
      }
    }
  }
}
