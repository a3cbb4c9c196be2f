package io.chromasync.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.local.deltas.DeltaJson;
import io.chromasync.local.deltas.DeltaTemplate;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.RecordKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Makes a delta as the embedding pipeline does: a real Chroma writes it, one collection into a
 * folder of its own. Each call is one request, so one batch of the write log:
 *
 * <pre>{@code
 * try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
 *   delta.upsert(embeddings).delete(List.of(row));
 * }
 * DeltaTar.pack(folder, archive);
 * }</pre>
 *
 * <p>The folder is complete once the producer is closed. Chroma takes 5,461 records a request, and
 * 40 MB: about 4,000 vectors of 1,536.
 */
public final class DeltaProducer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";

  private final ChromaServer server;
  private final ChromaReader client;
  private final String collection;

  private DeltaProducer(ChromaServer server, String name, String space) {
    this.server = server;
    this.client = new ChromaReader(server.url());
    ObjectNode body = JSON.createObjectNode().put("name", name).put("get_or_create", true);
    body.putObject("configuration").putObject("hnsw").put("space", space);
    String id = client.post(COLLECTIONS, body.toString()).path("id").asText();
    this.collection = COLLECTIONS + "/" + id;
  }

  /** Starts one on a folder that is empty, or goes on with the delta that lies there. */
  public static DeltaProducer start(Path folder, CollectionName collection) {
    return start(folder, collection, "l2");
  }

  /**
   * As {@link #start(Path, Collection)}.
   *
   * @param space {@code l2}, which is Chroma's default, {@code cosine} or {@code ip}
   */
  public static DeltaProducer start(Path folder, CollectionName collection, String space) {
    ChromaServer server = ChromaServer.start(folder);
    try {
      return new DeltaProducer(server, collection.name().toLowerCase(Locale.ROOT), space);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Has a real Chroma make an empty delta to copy; once for a collection is enough. */
  public static DeltaTemplate template(CollectionName collection) {
    try (TemporaryFolder folder = TemporaryFolder.make()) {
      start(folder.path(), collection).close();
      return DeltaTemplate.of(folder.path());
    }
  }

  /** Writes those that are not there. */
  public DeltaProducer add(List<Embedding> embeddings) {
    return write("add", embeddings);
  }

  /** Writes new ones and merges into those that are there. */
  public DeltaProducer upsert(List<Embedding> embeddings) {
    return write("upsert", embeddings);
  }

  /**
   * Merges into those that are there.
   *
   * @param embeddings the vectors of all are null, or none is; a document that is null stays as it
   *     is; removed values remove their keys
   */
  public DeltaProducer update(List<Embedding> embeddings) {
    return write("update", embeddings);
  }

  public DeltaProducer delete(List<RecordKey> records) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("ids");
    records.forEach(record -> ids.add(record.id()));
    client.post(collection + "/delete", body.toString());
    return this;
  }

  /** Stops the server; its folder stays. */
  @Override
  public void close() {
    server.close();
  }

  private DeltaProducer write(String verb, List<Embedding> embeddings) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("ids");
    ArrayNode documents = body.putArray("documents");
    ArrayNode metadatas = body.putArray("metadatas");
    for (Embedding each : embeddings) {
      ids.add(each.record().id());
      documents.add(each.document());
      metadatas.add(DeltaJson.metadata(each.metadata()));
    }
    if (embeddings.get(0).vector() != null) {
      ArrayNode vectors = body.putArray("embeddings");
      embeddings.forEach(each -> vectors.add(DeltaJson.bytes(each.vector())));
    }
    client.post(collection + "/" + verb, body.toString());
    return this;
  }
}
