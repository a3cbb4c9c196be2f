package io.chromasync.chroma.delivery;

import io.chromasync.chroma.window.WriteGroup;

/**
 * Write request with its serialized body.
 *
 * @param group mutations that the request writes
 * @param body JSON
 */
// Requests are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record WriteRequest(WriteGroup group, byte[] body) {

  /** Returns the last segment of the path. */
  public String operation() {
    return switch (group.verb()) {
      case UPSERT -> "upsert";
      case UPDATE -> "update";
      case DELETE, DELETE_BY_FILTER -> "delete";
    };
  }
}
