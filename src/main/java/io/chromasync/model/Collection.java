package io.chromasync.model;

/** The two Chroma collections; their names on the server are a setting. */
public enum Collection {
  WORDS,
  LINES
}
