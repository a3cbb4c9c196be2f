/** Deltas as the embedding pipeline makes them, written without a Chroma server. */
package io.chromasync.local.deltas;
