package io.chromasync.runtime;

import org.apache.flink.metrics.MetricGroup;

/**
 * Metric group of the job's own metrics. Amazon Managed Service for Apache Flink forwards to
 * CloudWatch only metrics below the group {@code kinesisanalytics} (<a
 * href="https://docs.aws.amazon.com/managed-flink/latest/java/monitoring-metrics-custom.html">custom
 * metrics</a>); pairs of key and value become dimensions.
 */
public final class Metrics {

  private Metrics() {}

  /** Returns the group of the job's own metrics below the metric group of an operator. */
  public static MetricGroup of(MetricGroup operator) {
    return operator.addGroup("kinesisanalytics");
  }
}
