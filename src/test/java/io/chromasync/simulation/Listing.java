package io.chromasync.simulation;

import java.util.List;

/**
 * What a reading of the table tells at once.
 *
 * @param kind what follows for what it does not list
 * @param items each as a change with the version of the reading
 */
record Listing(Kind kind, List<Change> items) {

  enum Kind {

    /** All items of an image: what is older and not among them is gone. */
    IMAGE,

    /** The same, and Chroma may not have what it was told. */
    REPAIR,

    /** Some items of an image: of others it says nothing. */
    PART,

    /** The whole table was listed: whatever is older and was not listed, in any image, is gone. */
    END
  }
}
