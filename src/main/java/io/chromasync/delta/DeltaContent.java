package io.chromasync.delta;

import io.chromasync.model.Embedding;
import io.chromasync.model.Fact;
import java.util.List;

/**
 * All that one delta holds.
 *
 * @param rows of a delta for {@code lines}, one for each embedding; empty for {@code words}
 */
record DeltaContent(List<Fact.Row> rows, List<Embedding> embeddings) {}
