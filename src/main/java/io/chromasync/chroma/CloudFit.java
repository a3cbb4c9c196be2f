package io.chromasync.chroma;

import io.chromasync.chroma.CloudLimits.Fitted;
import io.chromasync.chroma.delivery.Rejections;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.Mutation;
import java.util.List;

/**
 * Fits mutations to the limits of Chroma Cloud, and reports what was cut or dropped.
 *
 * @param metrics metrics of the writer
 * @param rejections receives the dead letters of dropped data
 */
record CloudFit(SinkMetrics metrics, Rejections rejections) implements WriteQueue.Fit {

  @Override
  public List<Mutation> fit(Mutation mutation) {
    Fitted fitted = CloudLimits.fit(mutation);
    metrics.cut(mutation.record().collection(), fitted.cut());
    if (fitted.cut().records() > 0) {
      rejections.drop(
          mutation,
          "was dropped: Chroma Cloud takes ids of at most %s bytes"
              .formatted(CloudLimits.ID_BYTES));
    }
    if (fitted.cut().keys() > 0) {
      rejections.lacks(
          mutation,
          "lost %s keys: Chroma Cloud takes names of at most %s bytes"
              .formatted(fitted.cut().keys(), CloudLimits.KEY_BYTES));
    }
    return fitted.mutations();
  }
}
