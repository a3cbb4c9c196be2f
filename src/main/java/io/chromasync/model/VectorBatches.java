package io.chromasync.model;

import java.io.Serializable;
import java.util.List;

/**
 * Rules for the vector batches that a domain's runs supply.
 *
 * <p>Pure and thread-safe.
 */
public interface VectorBatches extends Serializable {

  /** Collections of which runs supply batches. */
  List<CollectionName> collections();

  /**
   * Key of a record of a batch.
   *
   * @param id as the producer wrote it, not null
   * @return null if the id names no record of the batch's collection and scope
   */
  RecordKey record(RunDelta delta, String id);

  /**
   * Fact of a batch: its first text is the id of the run.
   *
   * @param embeddings all records of the batch
   * @throws InvalidBatchException if the metadata of a record is invalid
   */
  Fact fact(RunDelta delta, List<Embedding> embeddings) throws InvalidBatchException;

  /** Rejection of a batch. The message is the rest of a sentence whose subject is the batch. */
  final class InvalidBatchException extends Exception {

    private static final long serialVersionUID = 1;

    public InvalidBatchException(String message) {
      super(message);
    }
  }
}
