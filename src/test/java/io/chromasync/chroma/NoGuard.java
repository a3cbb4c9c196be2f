package io.chromasync.chroma;

import io.chromasync.model.Rollback;
import java.util.List;

/** A guard that watches nothing, for tests of writing alone. */
final class NoGuard implements WriteGuard {

  @Override
  public void awaitStart() {}

  @Override
  public void flushed(boolean wrote) {}

  @Override
  public void watermark(long eventTime) {}

  @Override
  public void rewritten(Rollback rollback) {}

  @Override
  public List<Mark> state() {
    return List.of();
  }

  @Override
  public void close() {}
}
