package io.chromasync.bench;

import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Hands elements on as they are. A harness copies what an operator emits, which the job, where the
 * sink is chained, does not.
 */
final class ByReference<T> extends TypeSerializerSingleton<T> {

  private static final long serialVersionUID = 1;

  @Override
  public T copy(T element) {
    return element;
  }

  @Override
  public T copy(T element, T reused) {
    return element;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public T createInstance() {
    throw unused();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(T element, DataOutputView target) {
    throw unused();
  }

  @Override
  public T deserialize(DataInputView source) {
    throw unused();
  }

  @Override
  public T deserialize(T reused, DataInputView source) {
    throw unused();
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) {
    throw unused();
  }

  @Override
  public TypeSerializerSnapshot<T> snapshotConfiguration() {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("elements stay in this process");
  }
}
