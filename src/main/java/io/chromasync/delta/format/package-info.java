/**
 * Chroma's on-disk format: the SQLite log, the metadata and vector segments, the pickle of labels.
 * Independent of the job. Start reading at {@link io.chromasync.delta.format.DeltaDatabase} and
 * {@link io.chromasync.delta.format.VectorSegment}.
 */
package io.chromasync.delta.format;
