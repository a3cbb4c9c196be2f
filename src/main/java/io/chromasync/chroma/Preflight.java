package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.CollectionName;
import io.chromasync.model.TargetCollections;
import io.chromasync.start.Unready;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the server before the job starts, so that the job does not fail later. The server must be
 * reachable, be a Chroma of the v2 API, accept the token and have suitable collections. Creates the
 * collections if they are missing, and determines the server's capabilities.
 *
 * <p>Every final problem is an {@link InvalidSettings} of one sentence that names the setting. A
 * transient problem is {@link Unready}, which the caller retries with a {@link
 * io.chromasync.start.StartRetries}.
 */
public final class Preflight {

  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  private static final String LIMITS = "/api/v2/pre-flight-checks";

  /** Id that no record has: the ids of a domain do not begin so. */
  private static final String NOBODY = "chromasync-probe";

  /**
   * Maximum records per request if the token may not read the limits; every server accepts as many.
   */
  private static final int FEW_RECORDS = 100;

  private final Inquiry chroma;
  private final CollectionSetup collections;

  private Preflight(Inquiry chroma) {
    this.chroma = chroma;
    this.collections = new CollectionSetup(chroma);
  }

  /**
   * Checks the server of these settings.
   *
   * @param dimensions dimension of the vectors that will be written, of each collection for which
   *     it is known
   * @throws InvalidSettings if the job could not write to the server
   * @throws Unready if the server is unavailable for now
   */
  public static ServerProfile run(
      ChromaSettings settings, Map<CollectionName, Integer> dimensions) {
    return new Preflight(new Inquiry(settings, HttpChroma.of(settings))).profile(dimensions);
  }

  /** Checks the server for a caller that writes no vectors: any dimension is valid. */
  public static ServerProfile run(ChromaSettings settings) {
    return run(settings, HttpChroma.of(settings));
  }

  /** Checks the server through a given client. */
  public static ServerProfile run(ChromaSettings settings, Chroma chroma) {
    return new Preflight(new Inquiry(settings, chroma)).profile(Map.of());
  }

  private ServerProfile profile(Map<CollectionName, Integer> dimensions) {
    TargetCollections target = target(dimensions);
    Reply limits = chroma.get(LIMITS, Shape.LIMITS);
    if (!limits.isSuccess() && limits.kind() != Kind.DENIED) {
      throw chroma.rejection(limits, "does not report its limits");
    }
    String marks = open(marks()).id();
    String fresh = open(fresh()).id();
    ServerProfile profile =
        new ServerProfile(
            chroma.settings().writes() && takesArrays(target.ids().values().iterator().next()),
            limits.body().path("supports_base64_encoding").asBoolean(false),
            limits.isSuccess() ? mostRecords(limits.body()) : FEW_RECORDS,
            target,
            marks,
            fresh);
    LOG.info("Chroma is ready. url={} profile={}", chroma.settings().url(), profile);
    return profile;
  }

  /** Opens all collections and reports their problems together. */
  private TargetCollections target(Map<CollectionName, Integer> dimensions) {
    Map<CollectionName, String> ids = new TreeMap<>();
    Map<CollectionName, String> copyOf = new TreeMap<>();
    Set<String> problems = new LinkedHashSet<>();
    Unready unready = null;
    for (CollectionName collection : chroma.settings().collections()) {
      try {
        FoundCollection found = open(spec(collection, dimensions.get(collection)));
        ids.put(collection, found.id());
        if (found.metadata(TargetCollections.COPY_OF) != null) {
          copyOf.put(collection, found.metadata(TargetCollections.COPY_OF));
        }
      } catch (InvalidSettings invalid) {
        problems.addAll(invalid.problems());
      } catch (Unready notNow) {
        unready = notNow;
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettings(List.copyOf(problems));
    }
    if (unready != null) {
      throw unready;
    }
    checkDistinct(ids);
    return new TargetCollections(ids, copyOf);
  }

  private FoundCollection open(CollectionSpec spec) {
    return chroma.settings().writes() ? collections.open(spec) : collections.check(spec);
  }

  private void checkDistinct(Map<CollectionName, String> ids) {
    if (new HashSet<>(ids.values()).size() < ids.size()) {
      throw new Unready(
          ("'%s' ('chroma.url') does not respond like a Chroma server: collections with different"
                  + " names have the same id; check any proxy in front of it")
              .formatted(chroma.settings().url()));
    }
  }

  private CollectionSpec spec(CollectionName collection, Integer dimension) {
    return CollectionSpec.of(
        ChromaSettings.settingOf(collection), chroma.settings().nameOf(collection), dimension);
  }

  private CollectionSpec marks() {
    return CollectionSpec.of(
        "chroma." + ChromaOptions.MARKS_COLLECTION.key(),
        chroma.settings().marksCollection(),
        null);
  }

  private CollectionSpec fresh() {
    return CollectionSpec.of(
        "chroma." + ChromaOptions.FRESH_COLLECTION.key(),
        chroma.settings().freshCollection(),
        null);
  }

  private int mostRecords(JsonNode limits) {
    JsonNode most = limits.get("max_batch_size");
    if (most.asLong() < 1) {
      throw new InvalidSettings(
          ("Chroma at %s ('chroma.url') must accept at least 1 record per request, but its"
                  + " 'max_batch_size' is %s; change it on the server")
              .formatted(chroma.settings().url(), most));
    }
    return (int) Math.min(Integer.MAX_VALUE, most.asLong());
  }

  /**
   * Probes for array support with an update of a record that does not exist. The update changes
   * nothing, and a server without array support rejects the body with 422.
   */
  private boolean takesArrays(String collectionId) {
    Reply reply = probeArrays(chroma, collectionId);
    if (!reply.isSuccess() && reply.kind() != Kind.REJECTED) {
      throw chroma.rejection(reply, "accepts no update of a record");
    }
    return reply.isSuccess();
  }

  static Reply probeArrays(Inquiry chroma, String collectionId) {
    String body = "{\"ids\":[\"%s\"],\"metadatas\":[{\"probe\":[\"a\"]}]}".formatted(NOBODY);
    String path = chroma.settings().databasePath() + "/collections/" + collectionId + "/update";
    return chroma.post(path, body.getBytes(UTF_8), Shape.ACKNOWLEDGEMENT);
  }
}
