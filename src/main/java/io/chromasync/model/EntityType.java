package io.chromasync.model;

/** The kinds of table items that mean something to Chroma. */
public enum EntityType {
  IMAGE,
  RECEIPT,
  LINE,
  WORD,
  LABEL,
  PLACE,
  SECTION,
  ROW
}
