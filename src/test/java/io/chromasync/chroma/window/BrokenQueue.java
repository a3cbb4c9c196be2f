package io.chromasync.chroma.window;

import java.util.Collection;
import java.util.List;

/** Makes queues with one rule of order broken, for tests that must notice it. */
public final class BrokenQueue {

  /** Rules of order between a sweep and the writes of its records. */
  public enum Rule {
    /** A sweep is sent when nothing that it deletes is under way. */
    DELETE_BY_FILTER_WAITS {
      @Override
      OrderingRules broken() {
        return new OrderingRules() {
          @Override
          public boolean isFree(DeleteByFilterGate gate, Collection<RecordWrites> records) {
            return true;
          }
        };
      }
    },
    /** A write that comes after a sweep of its record waits until that is settled. */
    DELETE_BY_FILTER_HOLDS_BACK {
      @Override
      OrderingRules broken() {
        return new OrderingRules() {
          @Override
          public boolean holdsBack(DeleteByFilterGate gate, RecordWrites record) {
            return false;
          }
        };
      }
    },
    /** A write that is not acknowledged holds watermarks. */
    IN_FLIGHT_HOLDS {
      @Override
      OrderingRules broken() {
        return new OrderingRules() {
          @Override
          public boolean inFlightHolds() {
            return false;
          }
        };
      }
    },
    /** A sweep holds the watermarks of what it drops. */
    DELETE_BY_FILTER_HOLDS {
      @Override
      OrderingRules broken() {
        return new OrderingRules() {
          @Override
          public Since dropping(RecordWrites dropped, Since delete) {
            return delete;
          }
        };
      }
    };

    abstract OrderingRules broken();
  }

  private BrokenQueue() {}

  /** A queue that breaks the rule. */
  public static WriteQueue of(Rule rule, WindowSettings window) {
    return new WriteQueue(window, List::of, rule.broken(), new Turns(Turns.MOST_SKIPS));
  }
}
