package io.chromasync.resolve;

import io.chromasync.model.Version;

/**
 * What Chroma was last told of one record. State format: grows only at the end.
 *
 * @param removed the newest removal that was carried out, null if none was
 * @param content hash of the metadata sent since, null if none was sent or the record is gone
 */
public record Written(Version removed, Long content) {}
