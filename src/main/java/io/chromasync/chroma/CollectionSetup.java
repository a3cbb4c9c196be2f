package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.client.Token;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a collection that a job needs: creates it if it is missing, and checks its space and
 * dimension.
 *
 * <p>A token of Chroma Cloud may be limited to a database, so nothing except the collection is
 * requested at first. Tenant and database are requested only if the collection cannot be opened, to
 * name the missing part. A token without permission to create suffices for an existing collection.
 */
record CollectionSetup(Inquiry chroma) {

  private static final Logger LOG = LoggerFactory.getLogger(CollectionSetup.class);

  /**
   * Opens a collection.
   *
   * @throws InvalidSettings if the collection cannot be opened, or has another space or dimension
   * @throws Unready if the server is unavailable for now
   */
  FoundCollection open(CollectionSpec spec) {
    Reply created = chroma.post(path(), creation(spec), Shape.COLLECTION);
    Reply reply =
        created.kind() == Kind.DENIED
            ? chroma.get(path() + "/" + ChromaSettings.segment(spec.name()), Shape.COLLECTION)
            : created;
    if (!reply.isSuccess()) {
      throw rejection(spec, created, reply);
    }
    FoundCollection found = new FoundCollection(reply.body());
    check(spec, found);
    return found;
  }

  /**
   * Checks a collection without creating it, for a dry run. Its id is no id of the server, so that
   * state of a dry run fits no collection.
   *
   * @throws InvalidSettings if the collection has another space or dimension, or cannot be read
   * @throws Unready if the server is unavailable for now
   */
  FoundCollection check(CollectionSpec spec) {
    Reply reply = chroma.get(path() + "/" + ChromaSettings.segment(spec.name()), Shape.COLLECTION);
    if (reply.isSuccess()) {
      check(spec, new FoundCollection(reply.body()));
    } else if (reply.kind() != Kind.MISSING) {
      throw rejection(spec, reply, reply);
    }
    ObjectNode unwritten = JsonNodeFactory.instance.objectNode();
    return new FoundCollection(unwritten.put("id", DryRun.idOf(spec.name())));
  }

  private static byte[] creation(CollectionSpec spec) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("name", spec.name()).put("get_or_create", true);
    body.set("configuration", spec.configuration());
    return body.toString().getBytes(UTF_8);
  }

  private InvalidSettings rejection(CollectionSpec spec, Reply created, Reply found) {
    if (created.kind() == Kind.DENIED) {
      return found.kind() == Kind.MISSING
          ? new InvalidSettings(
              "Chroma at %s has no collection '%s' ('%s'), and the token (%s) may not create it: %s"
                  .formatted(
                      settings().url(),
                      spec.name(),
                      spec.setting(),
                      Token.ADVICE,
                      created.summary()))
          : chroma.rejection(created, "gives no collection");
    }
    InvalidSettings missing = missing("tenant", settings().tenant(), settings().tenantPath());
    if (missing == null) {
      missing = missing("database", settings().database(), settings().databasePath());
    }
    if (missing != null) {
      return missing;
    }
    return new InvalidSettings(
        "Chroma at %s returned no collection '%s' ('%s'): %s"
            .formatted(settings().url(), spec.name(), spec.setting(), created.summary()));
  }

  /**
   * Returns null if the resource exists or may not be read. A denied read does not prove that it is
   * missing.
   */
  private InvalidSettings missing(String setting, String value, String path) {
    try {
      Reply reply = chroma.get(path, Shape.NAMED);
      return reply.kind() == Kind.MISSING
          ? new InvalidSettings(
              "Chroma at %s has no %s '%s' ('chroma.%s'): %s"
                  .formatted(settings().url(), setting, value, setting, reply.summary()))
          : null;
    } catch (Unready notNow) {
      return null;
    }
  }

  private void check(CollectionSpec spec, FoundCollection found) {
    List<String> problems = new ArrayList<>();
    if (found.space() == null) {
      LOG.warn("Chroma does not report the space of a collection. name={}", spec.name());
    } else if (!found.space().equals(CollectionSpec.SPACE)) {
      problems.add(
          wrong(spec, "space", CollectionSpec.SPACE, found.space(), ", which cannot be changed"));
    }
    if (spec.dimension() != null
        && found.dimension() != null
        && !found.dimension().equals(spec.dimension())) {
      problems.add(
          wrong(
              spec,
              "dimension",
              "%s (%s)".formatted(spec.dimension(), spec.dimensionOf()),
              found.dimension().toString(),
              ", as its vectors are of another model"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  private String wrong(
      CollectionSpec spec, String property, String wanted, String found, String why) {
    return ("'%s' must name a collection of %s %s, but '%s' at %s has %s%s: name another"
            + " collection, or delete this collection and embed all records again")
        .formatted(spec.setting(), property, wanted, spec.name(), settings().url(), found, why);
  }

  private String path() {
    return settings().databasePath() + "/collections";
  }

  private ChromaSettings settings() {
    return chroma.settings();
  }
}
