package io.chromasync.chroma;

import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.RetriedExchange.NoResponse;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.model.CollectionName;
import io.chromasync.start.Unready;
import java.util.OptionalLong;

/**
 * Instants up to which the collections of a running job reflect every change of the table, as the
 * job publishes them in Chroma ({@code chroma.fresh-collection}). For operators' tools; used by one
 * thread.
 */
public final class FreshUpTo {

  private final Inquiry chroma;

  private FreshUpTo(Inquiry chroma) {
    this.chroma = chroma;
  }

  /** Opens the server of a job. */
  public static FreshUpTo open(ChromaSettings settings) {
    return new FreshUpTo(new Inquiry(settings, HttpChroma.of(settings)));
  }

  /**
   * Returns the instant of a collection, in milliseconds since the epoch.
   *
   * @return empty if nothing is published, as until a started job has read the stream to its end
   * @throws Unready if Chroma does not respond for now
   * @throws io.chromasync.config.InvalidSettings if Chroma will never respond with these settings
   */
  public OptionalLong of(CollectionName collection) {
    ChromaSettings settings = chroma.settings();
    String path = settings.databasePath() + "/collections/";
    Reply found =
        chroma.get(path + ChromaSettings.segment(settings.freshCollection()), Shape.COLLECTION);
    if (found.kind() == Kind.MISSING) {
      return OptionalLong.empty();
    }
    requireSuccess(found);
    FreshRecords records =
        new FreshRecords(chroma.chroma(), path + new FoundCollection(found.body()).id());
    Reply reply = chroma.await(records.get(settings.nameOf(collection)), Shape.MARKS);
    requireSuccess(reply);
    try {
      return FreshRecords.upTo(FreshRecords.parse(reply.answer()));
    } catch (NoResponse e) {
      throw new Unready(
          "'%s' ('chroma.url') does not respond like a Chroma server: %s"
              .formatted(settings.url(), e.getMessage()));
    }
  }

  private void requireSuccess(Reply reply) {
    if (!reply.isSuccess()) {
      throw chroma.rejection(
          reply,
          "does not return the records of collection '%s' ('chroma.fresh-collection')"
              .formatted(chroma.settings().freshCollection()));
    }
  }
}
