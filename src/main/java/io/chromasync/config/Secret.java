package io.chromasync.config;

import java.io.Serializable;

/** String that must not be shown: prints as {@code ***}. */
public record Secret(String value) implements Serializable {

  @Override
  public String toString() {
    return "***";
  }
}
