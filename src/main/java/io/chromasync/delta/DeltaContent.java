package io.chromasync.delta;

import io.chromasync.model.Embedding;
import io.chromasync.model.Fact;
import java.util.List;

/**
 * Content of one delta.
 *
 * @param fact of the batch
 */
record DeltaContent(Fact fact, List<Embedding> embeddings) {}
