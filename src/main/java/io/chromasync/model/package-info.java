/**
 * The engine's vocabulary: plain Java records that travel between operators or are kept in state.
 *
 * <p>Imports nothing but the JDK, except for the type by which Flink serializes an {@link
 * io.chromasync.model.EntityKey}. Records here are public and have plain fields, so that Flink
 * serializes them without Kryo. They only grow, at the end, by components that have a meaning when
 * null.
 */
package io.chromasync.model;
