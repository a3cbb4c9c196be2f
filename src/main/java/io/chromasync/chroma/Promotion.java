package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.chroma.ChromaSettings.Mode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Renames the collections of a shadow to the names that readers use, and back.
 *
 * <p>A collection keeps its id, so state of the shadow stays valid, and a running job continues to
 * write to it. The collections that had the names are kept under a third name. Between the two
 * renames of a collection, for some milliseconds, none has the name. Idempotent: after a failure, a
 * repeated call continues.
 */
public final class Promotion {

  /** End of the names of the collections that were replaced. */
  public static final String REPLACED = "-before";

  private final ChromaSettings settings;
  private final HttpChroma server;
  private final Inquiry inquiry;

  private Promotion(ChromaSettings settings, HttpChroma server) {
    this.settings = settings;
    this.server = server;
    this.inquiry = new Inquiry(settings, server);
  }

  /**
   * Opens the server of a shadow.
   *
   * @throws InvalidSettings if the settings are not those of a shadow, or name no usable server
   */
  public static Promotion of(ChromaSettings settings) {
    if (settings.mode() != Mode.SHADOW) {
      throw new InvalidSettings(
          "'chroma.mode' must be shadow, as in the settings of the job whose collections are renamed,"
              + " but was '%s'".formatted(settings.mode()));
    }
    return settings.startRetries().until(() -> new Promotion(settings, HttpChroma.of(settings)));
  }

  /**
   * Name that a collection has and will have.
   *
   * @param collection as it is now
   */
  public record Renaming(Found collection, String to) {}

  /**
   * Collection of the server.
   *
   * @param id the server's id
   * @param records number of its records
   */
  public record Found(String id, String name, long records) {}

  /**
   * Returns the renames by which the shadow takes the place of the named collections; none if it
   * has it already.
   *
   * @throws InvalidSettings if a collection is missing, or a name that is needed is taken
   */
  public List<Renaming> promotion() {
    List<Renaming> renamings = new ArrayList<>();
    for (String name : shadows()) {
      Found shadow = find(name);
      Found live = find(live(name));
      if (shadow == null && live == null) {
        throw new InvalidSettings(
            "Chroma at %s must have a collection '%s' or '%s', but has neither"
                .formatted(settings.url(), name, live(name)));
      }
      if (shadow != null && live != null) {
        rejectEmpty(shadow, live);
        rejectTaken(live.name() + REPLACED, live);
        renamings.add(new Renaming(live, live.name() + REPLACED));
      }
      if (shadow != null) {
        renamings.add(new Renaming(shadow, live(name)));
      }
    }
    return renamings;
  }

  /**
   * Returns the renames that reverse a promotion; none if no collection was replaced, because then
   * the named collections may be those of the other system.
   *
   * @throws InvalidSettings if a name that is needed is taken
   */
  public List<Renaming> reversal() {
    List<Renaming> renamings = new ArrayList<>();
    List<String> shadows = shadows();
    if (shadows.stream().noneMatch(this::hasReplaced)) {
      return renamings;
    }
    // Replaced collections are last, so that a repeated call finds one until all is done.
    shadows.sort(Comparator.comparing(this::hasReplaced));
    for (String name : shadows) {
      Found live = find(live(name));
      Found replaced = find(live(name) + REPLACED);
      if (live != null && replaced != null) {
        rejectTaken(name, live);
      }
      if (live != null && find(name) == null) {
        renamings.add(new Renaming(live, name));
      }
      if (replaced != null) {
        renamings.add(new Renaming(replaced, live(name)));
      }
    }
    return renamings;
  }

  private boolean hasReplaced(String shadow) {
    return find(live(shadow) + REPLACED) != null;
  }

  /**
   * Renames a collection. A rename without a response is repeated, and may have been applied.
   *
   * @throws InvalidSettings if the server rejects the name, or is unavailable for too long
   */
  public void rename(Renaming renaming) {
    String path = settings.databasePath() + "/collections/" + renaming.collection().id();
    String body = JsonNodeFactory.instance.objectNode().put("new_name", renaming.to()).toString();
    retry(
        () -> {
          if (hasName(renaming)) {
            return null;
          }
          Reply reply =
              inquiry.await(server.put(path, body.getBytes(UTF_8)), Shape.ACKNOWLEDGEMENT);
          if (!reply.isSuccess()) {
            throw inquiry.rejection(
                reply,
                "does not rename '%s' to '%s'"
                    .formatted(renaming.collection().name(), renaming.to()));
          }
          return null;
        });
  }

  private boolean hasName(Renaming renaming) {
    Reply reply = describe(renaming.to());
    return reply.isSuccess()
        && new FoundCollection(reply.body()).id().equals(renaming.collection().id());
  }

  /** Rejects the promotion of a shadow that was never filled, or was created again by mistake. */
  private void rejectEmpty(Found shadow, Found live) {
    if (shadow.records() == 0 && live.records() > 0 && !isMarks(shadow.name())) {
      throw new InvalidSettings(
          String.format(
              Locale.ROOT,
              "The shadow '%s' at %s must have records, but is empty, and '%s' has %,d; let the"
                  + " shadow read the table first, or delete it if the promotion is done",
              shadow.name(),
              settings.url(),
              live.name(),
              live.records()));
    }
  }

  private void rejectTaken(String name, Found renamed) {
    Found other = find(name);
    if (other != null) {
      throw new InvalidSettings(
          String.format(
              Locale.ROOT,
              "The name '%s' at %s must be free for '%s' (%,d records), but another collection of"
                  + " %,d records has it: rename or delete that other collection",
              name,
              settings.url(),
              renamed.name(),
              renamed.records(),
              other.records()));
    }
  }

  private boolean isMarks(String name) {
    return name.equals(settings.marksCollection()) || name.equals(settings.freshCollection());
  }

  private List<String> shadows() {
    List<String> shadows = new ArrayList<>(settings.names().values());
    shadows.add(settings.marksCollection());
    shadows.add(settings.freshCollection());
    return shadows;
  }

  private String live(String shadow) {
    return shadow.substring(0, shadow.length() - settings.suffix().length());
  }

  /** Returns null if there is no collection of the name. */
  private Found find(String name) {
    return retry(
        () -> {
          Reply reply = describe(name);
          if (reply.kind() == Kind.MISSING) {
            return null;
          }
          if (!reply.isSuccess()) {
            throw inquiry.rejection(reply, "does not describe collection '%s'".formatted(name));
          }
          String id = new FoundCollection(reply.body()).id();
          Reply count =
              inquiry.get(settings.databasePath() + "/collections/" + id + "/count", Shape.COUNT);
          if (!count.isSuccess()) {
            throw inquiry.rejection(count, "does not count collection '%s'".formatted(name));
          }
          return new Found(id, name, count.body().asLong());
        });
  }

  private Reply describe(String name) {
    return inquiry.get(
        settings.databasePath() + "/collections/" + ChromaSettings.segment(name), Shape.COLLECTION);
  }

  private <T> T retry(Supplier<T> request) {
    return settings.startRetries().until(request);
  }
}
