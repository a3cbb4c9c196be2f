package io.chromasync.chroma.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.DomainCollection;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Records of a job's collections, for operators' tools. Each method throws {@link InvalidSettings}
 * if the server rejects the request, or does not respond in time.
 *
 * <p>Not thread-safe.
 */
public interface RecordSource {

  /** Maximum number of records of one request; the maximum of Chroma Cloud. */
  int PAGE = 300;

  /**
   * Record of a collection.
   *
   * @param metadata an object; a record without metadata has an empty object
   * @param vector null unless it was requested
   * @param document null unless it was requested, or if there is none
   */
  // A list would box each of 1,536 floats; records are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Found(String id, JsonNode metadata, float[] vector, String document) {}

  /** Record that a search found, with its distance from the vector. */
  record Near(String id, double distance) {}

  /** Returns the number of records of a collection; 0 if there is no such collection. */
  long count(DomainCollection collection);

  /**
   * Returns a page of a collection, in order of insertion. A record that is deleted meanwhile moves
   * all later records, so a page may skip records.
   *
   * @param vectors true to read vectors and documents too
   */
  List<Found> page(DomainCollection collection, long offset, int limit, boolean vectors);

  /** Returns the ids of a page, without metadata; otherwise as {@link #page}. */
  List<String> ids(DomainCollection collection, long offset, int limit);

  /**
   * Returns the records that exist, by their ids.
   *
   * @param ids any number
   * @param vectors true to read vectors and documents too
   */
  Map<String, Found> byId(DomainCollection collection, Collection<String> ids, boolean vectors);

  /** Returns the records nearest to a vector, nearest first. */
  List<Near> nearest(DomainCollection collection, float[] vector, int limit);

  /**
   * Distance of a vector from itself: 0, except with the inner product, by which other vectors can
   * be nearer.
   */
  double ownDistance(DomainCollection collection, float[] vector);
}
