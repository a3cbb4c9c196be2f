package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;

/** Collection and verb that all mutations of a request share. */
public record WriteKind(CollectionName collection, Verb verb) {

  /** Returns the kind of a mutation. */
  public static WriteKind of(Mutation mutation) {
    return new WriteKind(mutation.record().collection(), mutation.verb());
  }
}
