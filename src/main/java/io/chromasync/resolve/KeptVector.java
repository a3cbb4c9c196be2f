package io.chromasync.resolve;

import io.chromasync.model.Embedding;
import io.chromasync.model.Version;

/**
 * A vector in state: one that is hidden by a removal, or was shown a short time ago. State format:
 * grows only at the end.
 *
 * @param version of the run that supplied it
 */
public record KeptVector(Version version, Embedding embedding) {}
