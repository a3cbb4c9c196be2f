package io.chromasync.chroma;

import io.chromasync.model.Rollback;
import java.util.List;

/**
 * Guard of a dry run, which has nothing to guard: it writes no marks, and logs what was not
 * written.
 */
record NoMarks(DryRun server) implements WriteGuard {

  @Override
  public void awaitStart() {}

  @Override
  public void flushed(boolean wrote) {
    server.logTotals();
  }

  @Override
  public void watermark(long eventTime) {}

  @Override
  public void rewritten(Rollback rollback) {}

  @Override
  public List<Mark> state() {
    return List.of();
  }

  @Override
  public void close() {
    server.logTotals();
  }
}
