/**
 * What our items mean: an item is a fact, and the facts of an image make the metadata of its Chroma
 * records.
 *
 * <p>Two halves, both pure. {@code ItemMapper} reads one item change; {@link
 * io.chromasync.mapping.MapItems} runs it in the job. {@link
 * io.chromasync.mapping.ReceiptProjection} goes from facts to records; whoever keeps the facts
 * calls it. Only {@code MapItems} and its metrics know Flink.
 */
package io.chromasync.mapping;
