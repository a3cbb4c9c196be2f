package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.Collection;
import io.chromasync.model.Target;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server, before there is a job, all that would otherwise fail it later: whether it is
 * there, is a Chroma of the v2 API, takes the token, has the tenant and the database. Creates the
 * three collections if they are missing, and finds out what the server can do.
 *
 * <p>Every problem is an {@link InvalidSettings} of one sentence that names the setting.
 */
public final class Preflight {

  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  /** What can stand in a path as it is; Chroma's are UUIDs. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,100}");

  /** No record has it: ours begin with {@code IMAGE#}. */
  private static final String NOBODY = "chromasync-probe";

  private final ChromaSettings settings;
  private final Chroma chroma;

  private Preflight(ChromaSettings settings, Chroma chroma) {
    this.settings = settings;
    this.chroma = chroma;
  }

  /**
   * Asks the server of these settings.
   *
   * @throws InvalidSettings if the job could not write there
   */
  public static ServerProfile run(ChromaSettings settings) {
    return run(settings, HttpChroma.of(settings));
  }

  /** As above, through any client. */
  static ServerProfile run(ChromaSettings settings, Chroma chroma) {
    return new Preflight(settings, chroma).profile();
  }

  private ServerProfile profile() {
    expectHeartbeat();
    expectFound(settings.tenantPath(), "tenant", settings.tenant());
    expectFound(settings.databasePath(), "database", settings.database());
    JsonNode limits = expectAnswer(await(chroma.get("/api/v2/pre-flight-checks"))).json();
    Map<Collection, String> ids = new EnumMap<>(Collection.class);
    Map<Collection, String> copyOf = new EnumMap<>(Collection.class);
    for (Collection collection : Collection.values()) {
      JsonNode found = create(settings.nameOf(collection), ChromaSettings.settingOf(collection));
      ids.put(collection, found.path("id").asText());
      if (found.path("metadata").hasNonNull(Target.COPY_OF)) {
        copyOf.put(collection, found.path("metadata").get(Target.COPY_OF).asText());
      }
    }
    String marks =
        create(settings.marksCollection(), "chroma." + ChromaSettings.MARKS_COLLECTION.key())
            .path("id")
            .asText();
    ServerProfile profile =
        new ServerProfile(
            takesArrays(ids.get(Collection.WORDS)),
            limits.path("supports_base64_encoding").asBoolean(false),
            Math.max(1, limits.path("max_batch_size").asInt(1)),
            new Target(ids, copyOf),
            marks);
    LOG.info("Chroma is ready. url={} profile={}", settings.url(), profile);
    return profile;
  }

  private void expectHeartbeat() {
    Answer answer = await(chroma.get(Destination.HEARTBEAT));
    refuseUnauthorized(answer);
    if (!answer.isSuccess()) {
      throw new InvalidSettings(
          ("'%s' ('chroma.url') does not answer as a Chroma server of the v2 API does (1.0 or later):"
                  + " %s gives %s")
              .formatted(settings.url(), Destination.HEARTBEAT, answer.summary()));
    }
  }

  private void expectFound(String path, String setting, String value) {
    Answer answer = await(chroma.get(path));
    if (answer.status() == 404) {
      throw new InvalidSettings(
          "Chroma at %s has no %s '%s' ('chroma.%s'): %s"
              .formatted(settings.url(), setting, value, setting, answer.summary()));
    }
    expectAnswer(answer);
  }

  private JsonNode create(String name, String setting) {
    byte[] body =
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              json.writeStringField("name", name);
              json.writeBooleanField("get_or_create", true);
              json.writeObjectFieldStart("configuration");
              json.writeObjectFieldStart("hnsw");
              json.writeStringField("space", "l2");
              json.writeEndObject();
              json.writeEndObject();
              json.writeEndObject();
            });
    Answer answer = await(chroma.post(settings.databasePath() + "/collections", body));
    String id = answer.json().path("id").asText("");
    refuseUnauthorized(answer);
    if (!answer.isSuccess() || !ID.matcher(id).matches()) {
      throw new InvalidSettings(
          "Chroma at %s gives no collection '%s' ('%s'): %s"
              .formatted(settings.url(), name, setting, answer.summary()));
    }
    return answer.json();
  }

  /**
   * An update of a record that is not there changes nothing; a server that cannot take the array in
   * it refuses to read it, with 422.
   */
  private boolean takesArrays(String collectionId) {
    String body = "{\"ids\":[\"%s\"],\"metadatas\":[{\"probe\":[\"a\"]}]}".formatted(NOBODY);
    String path = settings.databasePath() + "/collections/" + collectionId + "/update";
    Answer answer = await(chroma.post(path, body.getBytes(UTF_8)));
    if (answer.status() == 400 || answer.status() == 422) {
      return false;
    }
    expectAnswer(answer);
    return true;
  }

  private Answer expectAnswer(Answer answer) {
    refuseUnauthorized(answer);
    if (!answer.isSuccess()) {
      throw new InvalidSettings(
          "Chroma at %s ('chroma.url') gives %s".formatted(settings.url(), answer.summary()));
    }
    return answer;
  }

  private void refuseUnauthorized(Answer answer) {
    if (answer.status() == 401 || answer.status() == 403) {
      throw new InvalidSettings(
          "Chroma at %s refuses the token, or that there is none (%s): %s"
              .formatted(settings.url(), Token.ADVICE, answer.summary()));
    }
  }

  private Answer await(CompletableFuture<Answer> answer) {
    try {
      return answer.get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new InvalidSettings(
          "Chroma does not answer at '%s' ('chroma.url'): %s"
              .formatted(settings.url(), Outcome.sentence(e.getCause())));
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new InvalidSettings(
          "Chroma does not answer at '%s' ('chroma.url') within %s ('chroma.request-timeout')"
              .formatted(settings.url(), settings.requestTimeout()));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InvalidSettings(
          "interrupted while asking Chroma at '%s'".formatted(settings.url()));
    }
  }
}
