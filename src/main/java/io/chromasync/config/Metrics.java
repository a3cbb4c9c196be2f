package io.chromasync.config;

import org.apache.flink.metrics.MetricGroup;

/**
 * Where an operator's own metrics go: Amazon Managed Service for Apache Flink forwards to
 * CloudWatch only what lies below the group {@code kinesisanalytics} (<a
 * href="https://docs.aws.amazon.com/managed-flink/latest/java/monitoring-metrics-custom.html">custom
 * metrics</a>); pairs of key and value become dimensions.
 */
public final class Metrics {

  private Metrics() {}

  public static MetricGroup of(MetricGroup operator) {
    return operator.addGroup("kinesisanalytics");
  }
}
