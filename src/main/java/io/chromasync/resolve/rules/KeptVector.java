package io.chromasync.resolve.rules;

import io.chromasync.model.Embedding;
import io.chromasync.model.Version;

/**
 * Vector in state that is hidden by a removal, or was shown recently. State format: grows only at
 * the end.
 *
 * @param version of the run that supplied the vector
 */
public record KeptVector(Version version, Embedding embedding) {}
