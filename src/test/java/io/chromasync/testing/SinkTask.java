package io.chromasync.testing;

import java.util.OptionalLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * As much of a task as a sink writer needs to run in the thread of whoever calls it: its mailbox
 * and its clock are for the classes below, what the writer does not ask for is not there.
 */
public abstract class SinkTask
    implements WriterInitContext, MailboxExecutor, ProcessingTimeService {

  private final TaskInfo info;
  private final JobInfo job = new JobInfoImpl(new JobID(), "test");

  /** The only task of the sink. */
  protected SinkTask() {
    this(0, 1);
  }

  /** One of several tasks of the sink. */
  protected SinkTask(int index, int tasks) {
    info = new TaskInfoImpl("bulk-write", tasks, index, tasks, 0);
  }

  @Override
  public boolean shouldInterrupt() {
    return false;
  }

  @Override
  public final MailboxExecutor getMailboxExecutor() {
    return this;
  }

  @Override
  public final ProcessingTimeService getProcessingTimeService() {
    return this;
  }

  @Override
  public final SinkWriterMetricGroup metricGroup() {
    return UnregisteredMetricsGroup.createSinkWriterMetricGroup();
  }

  @Override
  public final UserCodeClassLoader getUserCodeClassLoader() {
    throw new UnsupportedOperationException();
  }

  @Override
  public final SerializationSchema.InitializationContext
      asSerializationSchemaInitializationContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public final boolean isObjectReuseEnabled() {
    return false;
  }

  @Override
  public final <T> TypeSerializer<T> createInputSerializer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public final OptionalLong getRestoredCheckpointId() {
    return OptionalLong.empty();
  }

  @Override
  public final JobInfo getJobInfo() {
    return job;
  }

  @Override
  public final TaskInfo getTaskInfo() {
    return info;
  }
}
