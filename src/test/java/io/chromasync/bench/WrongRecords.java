package io.chromasync.bench;

import java.util.Map;

/**
 * How records differ from what they must be.
 *
 * @param resurrected there, though deleted
 * @param lost not there, though never deleted
 * @param stale there with another value
 */
record WrongRecords(int resurrected, int lost, int stale) {

  /** Compares all records, by id. */
  static <T> WrongRecords of(Map<String, T> expected, Map<String, T> found) {
    int lost = 0;
    int stale = 0;
    for (Map.Entry<String, T> each : expected.entrySet()) {
      T there = found.get(each.getKey());
      if (there == null) {
        lost++;
      } else if (!there.equals(each.getValue())) {
        stale++;
      }
    }
    int resurrected = (int) found.keySet().stream().filter(id -> !expected.containsKey(id)).count();
    return new WrongRecords(resurrected, lost, stale);
  }

  int all() {
    return resurrected + lost + stale;
  }

  WrongRecords plus(WrongRecords other) {
    return new WrongRecords(
        resurrected + other.resurrected, lost + other.lost, stale + other.stale);
  }
}
