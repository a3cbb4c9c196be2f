package io.chromasync.model;

/** The two Chroma collections; what they are called on the server is a setting. */
public enum Collection {
  WORDS,
  LINES
}
