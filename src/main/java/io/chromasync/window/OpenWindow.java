package io.chromasync.window;

import io.chromasync.model.Mutation;
import io.chromasync.window.Buffer.Growth;

/**
 * How far a window is filled and when it closes. Kept in state beside its mutations: components are
 * only ever added, at the end, and mean something when null or zero.
 *
 * @param mutations how many wait
 * @param bytes they take, estimated
 * @param oldestMicros event time of the oldest change that came, coalesced ones included; reports
 *     do not count
 * @param closesAt processing time in milliseconds
 */
public record OpenWindow(int mutations, long bytes, long oldestMicros, long closesAt) {

  /** An empty window that opens now. */
  static OpenWindow at(long now, WindowSettings settings) {
    return new OpenWindow(0, 0, Long.MAX_VALUE, now + settings.maxAge().toMillis());
  }

  OpenWindow with(Mutation mutation, Growth growth) {
    return new OpenWindow(
        mutations + growth.mutations(),
        bytes + growth.bytes(),
        Math.min(oldestMicros, isWritten(mutation) ? mutation.version().micros() : Long.MAX_VALUE),
        closesAt);
  }

  /** A report shows nothing, so its age is no freshness. */
  private static boolean isWritten(Mutation mutation) {
    return mutation.verb() != Mutation.Verb.REPORT;
  }

  boolean isFull(WindowSettings settings) {
    return mutations >= settings.maxRecords() || bytes >= settings.maxBytes();
  }
}
