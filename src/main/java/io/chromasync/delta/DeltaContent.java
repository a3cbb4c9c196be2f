package io.chromasync.delta;

import io.chromasync.model.Embedding;
import io.chromasync.model.Fact;
import java.util.List;

/**
 * Content of one delta.
 *
 * @param rows rows of a delta for {@code lines}, one per embedding; empty for {@code words}
 */
record DeltaContent(List<Fact.Row> rows, List<Embedding> embeddings) {}
