package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Box;

/**
 * A line as the till prints it, before anything was recognised.
 *
 * @param label what most of its words are labelled, or null
 * @param section type of its section, or null
 * @param detected the kind of data a detector sees in it (phone, url), or null
 */
record PrintedLine(String text, Box box, String label, String section, String detected) {

  /** Scratches that were taken for letters: not embedded. */
  boolean isNoise() {
    return text.equals(ReceiptText.SCRATCHES);
  }
}
