package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.Outcome.Kind;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.Collection;
import io.chromasync.model.Target;
import io.chromasync.start.Unready;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server, before there is a job, all that would otherwise fail it later: whether it is
 * there, is a Chroma of the v2 API, takes the token, has collections of the right kind. Creates the
 * three collections if they are missing, and finds out what the server can do.
 *
 * <p>Every final problem is an {@link InvalidSettings} of one sentence that names the setting; what
 * may pass by itself is {@link Unready}, for a {@link io.chromasync.start.StartWait} around it.
 */
public final class Preflight {

  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  private static final String LIMITS = "/api/v2/pre-flight-checks";

  /** No record has it: ours begin with {@code IMAGE#}. */
  private static final String NOBODY = "chromasync-probe";

  /**
   * Most records of a request where the token may not read the limits: any server takes as many.
   */
  private static final int FEW_RECORDS = 100;

  private final Inquiry chroma;
  private final CollectionSetup collections;

  private Preflight(Inquiry chroma) {
    this.chroma = chroma;
    this.collections = new CollectionSetup(chroma);
  }

  /**
   * Asks the server of these settings.
   *
   * @param dimension how many numbers the vectors have that will be written
   * @throws InvalidSettings if the job could not write there
   * @throws Unready if that cannot be known for now
   */
  public static ServerProfile run(ChromaSettings settings, int dimension) {
    return new Preflight(new Inquiry(settings, HttpChroma.of(settings))).profile(dimension);
  }

  /** As above, for who writes no vectors of its own: they may be of any dimension. */
  public static ServerProfile run(ChromaSettings settings) {
    return run(settings, HttpChroma.of(settings));
  }

  /** As above, through any client. */
  static ServerProfile run(ChromaSettings settings, Chroma chroma) {
    return new Preflight(new Inquiry(settings, chroma)).profile(null);
  }

  private ServerProfile profile(Integer dimension) {
    Target target = target(dimension);
    Reply limits = chroma.get(LIMITS, Shape.LIMITS);
    if (!limits.isSuccess() && limits.kind() != Kind.DENIED) {
      throw chroma.refusal(limits, "does not tell its limits");
    }
    String marks = collections.open(marks()).id();
    ServerProfile profile =
        new ServerProfile(
            takesArrays(target.ids().get(Collection.WORDS)),
            limits.body().path("supports_base64_encoding").asBoolean(false),
            limits.isSuccess() ? mostRecords(limits.body()) : FEW_RECORDS,
            target,
            marks);
    LOG.info("Chroma is ready. url={} profile={}", chroma.settings().url(), profile);
    return profile;
  }

  /** Opens both collections; what is wrong with them is told together. */
  private Target target(Integer dimension) {
    Map<Collection, String> ids = new EnumMap<>(Collection.class);
    Map<Collection, String> copyOf = new EnumMap<>(Collection.class);
    Set<String> problems = new LinkedHashSet<>();
    Unready unready = null;
    for (Collection collection : Collection.values()) {
      try {
        FoundCollection found = collections.open(spec(collection, dimension));
        ids.put(collection, found.id());
        if (found.metadata(Target.COPY_OF) != null) {
          copyOf.put(collection, found.metadata(Target.COPY_OF));
        }
      } catch (InvalidSettings refused) {
        problems.addAll(refused.problems());
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
    return new Target(ids, copyOf);
  }

  private void checkDistinct(Map<Collection, String> ids) {
    if (new HashSet<>(ids.values()).size() < ids.size()) {
      throw new Unready(
          "'%s' ('chroma.url') does not answer as a Chroma server does: collections of different names have one id; check what answers in front of it"
              .formatted(chroma.settings().url()));
    }
  }

  private CollectionSpec spec(Collection collection, Integer dimension) {
    return CollectionSpec.of(
        ChromaSettings.settingOf(collection), chroma.settings().nameOf(collection), dimension);
  }

  private CollectionSpec marks() {
    return CollectionSpec.of(
        "chroma." + ChromaSettings.MARKS_COLLECTION.key(),
        chroma.settings().marksCollection(),
        null);
  }

  private int mostRecords(JsonNode limits) {
    JsonNode most = limits.get("max_batch_size");
    if (most.asLong() < 1) {
      throw new InvalidSettings(
          "Chroma at %s ('chroma.url') must take at least 1 record of a request, but its 'max_batch_size' is %s; change that of the server"
              .formatted(chroma.settings().url(), most));
    }
    return (int) Math.min(Integer.MAX_VALUE, most.asLong());
  }

  /**
   * An update of a record that is not there changes nothing; a server that cannot take the array in
   * it refuses to read it, with 422.
   */
  private boolean takesArrays(String collectionId) {
    String body = "{\"ids\":[\"%s\"],\"metadatas\":[{\"probe\":[\"a\"]}]}".formatted(NOBODY);
    String path = chroma.settings().databasePath() + "/collections/" + collectionId + "/update";
    Reply reply = chroma.post(path, body.getBytes(UTF_8), Shape.ACKNOWLEDGEMENT);
    if (!reply.isSuccess() && reply.kind() != Kind.REJECTED) {
      throw chroma.refusal(reply, "takes no update of a record");
    }
    return reply.isSuccess();
  }
}
