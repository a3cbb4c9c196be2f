package io.chromasync.simulation;

import io.chromasync.chroma.SimulatedSink.FreshFault;
import io.chromasync.chroma.SimulatedSink.GuardFault;
import io.chromasync.chroma.window.BrokenQueue;
import io.chromasync.chroma.window.BrokenQueue.Rule;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.resolve.SimulatedResolve;
import io.chromasync.resolve.SimulatedResolve.LastRewrite;
import io.chromasync.resolve.rules.RecordState;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.simulation.Listing.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Ways to break the path, one rule each; a simulation is worth something if it notices them. */
enum Mutant {

  /** The comparator: two changes of a second are the same. */
  TIME_ALONE_ORDERS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Version version(Version version) {
          return new Version(version.micros(), "");
        }
      };
    }
  },

  /** The comparator: 9 is greater than 10. */
  SEQUENCES_ARE_TEXTS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Version version(Version version) {
          String digits = version.sequence();
          return new Version(version.micros(), digits + "0".repeat(40 - digits.length()));
        }
      };
    }
  },

  /** The tombstone rule: what is removed leaves no entry. */
  REMOVALS_ARE_FORGOTTEN {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        StateChunk remembered(StateChunk chunk) {
          StateChunk kept = copy(chunk);
          kept.entries().values().removeIf(FactRegister::isTombstone);
          return kept;
        }
      };
    }
  },

  /** The tombstone rule: what is back was never removed, so older vectors come back with it. */
  PAST_REMOVALS_ARE_FORGOTTEN {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        StateChunk remembered(StateChunk chunk) {
          StateChunk kept = copy(chunk);
          kept.entries().replaceAll((entity, entry) -> neverRemoved(entry));
          return kept;
        }
      };
    }

    private FactRegister neverRemoved(FactRegister entry) {
      return entry.isTombstone()
          ? entry
          : new FactRegister(
              entry.version(), entry.fact(), null, entry.inserted(), entry.noOp(), entry.altered());
    }
  },

  /** The order of a record: the sink is not chained, so a record reaches one writer or another. */
  RECORDS_HAVE_SEVERAL_WRITERS {
    @Override
    Parts parts() {
      return new Parts() {
        private int mutations;

        @Override
        int task(Mutation mutation) {
          return mutations++ % tasks();
        }
      };
    }
  },

  /** The order of a sweep: records of an image reach several writers. */
  IMAGES_HAVE_SEVERAL_WRITERS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        int task(Mutation mutation) {
          return Math.floorMod(mutation.record().id().hashCode(), tasks());
        }
      };
    }
  },

  /** The order of a sweep: it is sent while something is under way that it deletes. */
  DELETES_BY_FILTER_DO_NOT_WAIT {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        WriteQueue queue(WindowSettings window) {
          return BrokenQueue.of(Rule.DELETE_BY_FILTER_WAITS, window);
        }

        /** A write that is sent again is long under way. */
        @Override
        Plan plan(long seed) {
          return Plan.of(seed).faults(new Faults(40, List.of(SimulatedFault.THROTTLED)));
        }
      };
    }
  },

  /** The order of a sweep: what comes after it does not wait for it. */
  DELETES_BY_FILTER_DO_NOT_HOLD_BACK {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        WriteQueue queue(WindowSettings window) {
          return BrokenQueue.of(Rule.DELETE_BY_FILTER_HOLDS_BACK, window);
        }
      };
    }
  },

  /** The order of a record: what is sent again does not wait until the old request is done. */
  RECORDS_DO_NOT_REST {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        String settle() {
          return "0 s";
        }
      };
    }
  },

  /** The flush: a checkpoint completes while writes are under way. */
  CHECKPOINTS_DO_NOT_FLUSH {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        boolean flushes() {
          return false;
        }
      };
    }
  },

  /** Metadata creates a record. */
  METADATA_IS_UPSERTED {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Mutation emitted(Mutation mutation) {
          return mutation.verb() == Verb.UPDATE
              ? Mutation.upsert(
                  mutation.record(), new float[] {0}, "", mutation.metadata(), mutation.version())
              : mutation;
        }
      };
    }
  },

  /** Keys that must vanish are left out. */
  REMOVED_KEYS_ARE_NOT_SENT {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Mutation emitted(Mutation mutation) {
          if (mutation.verb() != Verb.UPDATE) {
            return mutation;
          }
          Map<String, MetadataValue> metadata = new HashMap<>(mutation.metadata());
          metadata.values().removeIf(MetadataValue::isRemoved);
          return Mutation.update(mutation.record(), metadata, mutation.version());
        }
      };
    }
  },

  /** All content of a record has the same hash, so that only its first is written. */
  CONTENT_IS_ALWAYS_THE_SAME {
    @Override
    Parts parts() {
      return new Parts() {
        private final Set<String> written = new HashSet<>();

        @Override
        boolean isTaken(Mutation mutation, boolean holdsOlder) {
          return mutation.verb() != Verb.UPDATE || written.add(mutation.record().id());
        }
      };
    }
  },

  /** The queue keeps the older of two updates. */
  QUEUES_KEEP_THE_OLDER {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        boolean isTaken(Mutation mutation, boolean holdsOlder) {
          return mutation.verb() != Verb.UPDATE || !holdsOlder;
        }
      };
    }
  },

  /** DeletesByFilter spare nothing. */
  DELETES_BY_FILTER_EXCLUDE_NOTHING {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Mutation emitted(Mutation mutation) {
          return mutation.verb() == Verb.DELETE_BY_FILTER
              ? Mutation.deleteByFilter(mutation.record(), mutation.version())
              : mutation;
        }
      };
    }
  },

  /** A failed request is not sent again. */
  FAILURES_ARE_TAKEN_FOR_SUCCESS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        int answered(int status) {
          return status == 500 ? 200 : status;
        }
      };
    }
  },

  /** A response is believed by its status alone, whoever sent it. */
  STATUSES_ARE_BELIEVED {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        boolean believes(int status) {
          return status == 200;
        }
      };
    }
  },

  /** A reading says that it is newer than it is, so that later changes count as older. */
  READINGS_ARE_AS_OF_TOO_LATE {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        List<SnapshotFacts> pieces(SnapshotFacts reading) {
          Version later = new Version(reading.asOf().micros() + TimeUnit.SECONDS.toMicros(10), "");
          List<FactChange> facts =
              reading.facts().stream()
                  .map(
                      fact ->
                          new FactChange(
                              fact.partition(),
                              fact.entity(),
                              fact.fact(),
                              later,
                              fact.inserted(),
                              fact.noOp(),
                              fact.source()))
                  .toList();
          return List.of(
              new SnapshotFacts(
                  reading.partition(),
                  later,
                  facts,
                  reading.unreadable(),
                  reading.whole(),
                  reading.repair()));
        }
      };
    }
  },

  /** What a reading does not list stays. */
  READINGS_END_NOTHING {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        List<SnapshotFacts> pieces(SnapshotFacts reading) {
          return List.of(piece(reading, 0, reading.facts().size(), false));
        }
      };
    }
  },

  /** What a reading does not list is ended before all of it has come. */
  READINGS_END_BEFORE_THEY_ARE_WHOLE {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        List<SnapshotFacts> pieces(SnapshotFacts reading) {
          int size = reading.facts().size();
          return List.of(
              piece(reading, 0, size / 2, reading.whole()), piece(reading, size / 2, size, false));
        }
      };
    }
  },

  /** A whole reading ends before all that it lists was merged. */
  WHOLE_READINGS_END_TOO_EARLY {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        boolean endsWait() {
          return false;
        }
      };
    }
  },

  /** The end of a whole reading ends what is newer than the reading. */
  WHOLE_READINGS_END_WHAT_IS_NEWER {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Version endsAsOf(Version asOf) {
          return new Version(asOf.micros() + TimeUnit.SECONDS.toMicros(10), "");
        }
      };
    }
  },

  /** What a reading does not list: the labels of a word that is not there count in its row. */
  LABELS_OF_UNLISTED_WORDS_COUNT {
    @Override
    Parts parts() {
      return blindTo(ReceiptKeys.WORD);
    }
  },

  /** What a reading does not list: a line that is not there stays a member of its row. */
  UNLISTED_LINES_STAY_IN_THEIR_ROW {
    @Override
    Parts parts() {
      return blindTo(ReceiptKeys.LINE);
    }
  },

  /** What a reading does not list: a place that is not there leaves its texts. */
  UNLISTED_PLACES_LEAVE_THEIR_TEXTS {
    @Override
    Parts parts() {
      return blindTo(ReceiptKeys.PLACE);
    }
  },

  /** What a reading does not list: a child that is there tells of its line and word. */
  WHAT_IS_LISTED_LISTS_ITS_PARENTS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        List<SnapshotFacts> pieces(SnapshotFacts reading) {
          return List.of(with(reading, kind -> kind.is(EntityKind.Trait.LISTED), Fact.exists()));
        }
      };
    }
  },

  /** What a reading does not list: a receipt that is not there hides what is. */
  UNLISTED_RECEIPTS_HIDE_THEIR_CHILDREN {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        List<SnapshotFacts> pieces(SnapshotFacts reading) {
          return List.of(with(reading, type -> type == ReceiptKeys.RECEIPT, null));
        }
      };
    }
  },

  /** What a reading does not list: it is deleted for good, whatever comes later. */
  UNLISTED_BEATS_WHAT_COMES_LATER {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        FactChange heard(FactChange change, SimulatedResolve image) {
          return image.isUnlisted(change.entity()) ? null : change;
        }
      };
    }
  },

  /** A repair writes what is news, and nothing else. */
  REPAIRS_ARE_READINGS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        List<SnapshotFacts> pieces(SnapshotFacts reading) {
          return List.of(
              new SnapshotFacts(
                  reading.partition(),
                  reading.asOf(),
                  reading.facts(),
                  reading.unreadable(),
                  reading.whole(),
                  false));
        }
      };
    }
  },

  /** The mark of Chroma is written before the flush, so it says too much. */
  MARKS_ARE_WRITTEN_FIRST {
    @Override
    Parts parts() {
      return guarded(GuardFault.MARKS_FIRST);
    }
  },

  /** The mark is overwritten at a barrier before Chroma is compared with it. */
  MARKS_ARE_COMPARED_AT_THE_START_ALONE {
    @Override
    Parts parts() {
      return guarded(GuardFault.COMPARES_AT_START);
    }
  },

  /** What state says of marks is not compared when a job starts. */
  MARKS_ARE_COMPARED_AT_BARRIERS_ALONE {
    @Override
    Parts parts() {
      return guarded(GuardFault.COMPARES_AT_BARRIERS);
    }
  },

  /** What is sent counts as shown. */
  SENT_IS_TAKEN_FOR_SHOWN {
    @Override
    Parts parts() {
      return queued(Rule.IN_FLIGHT_HOLDS);
    }
  },

  /** A watermark overtakes the deltas of the runs before it. */
  DELTAS_DO_NOT_HOLD_WATERMARKS {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        boolean deltasHold() {
          return false;
        }
      };
    }
  },

  /** What was published stays while a restored job writes older content. */
  FRESHNESS_IS_NOT_LOWERED {
    @Override
    Parts parts() {
      return publishing(FreshFault.LOWERS_NOTHING);
    }
  },

  /** Something is published though Chroma has lost what was acknowledged. */
  FRESHNESS_IS_NOT_COMPARED {
    @Override
    Parts parts() {
      return publishing(FreshFault.COMPARES_NOTHING);
    }
  },

  /** Something is published before everything is written again. */
  REWRITES_ARE_NOT_AWAITED {
    @Override
    Parts parts() {
      return publishing(FreshFault.AWAITS_NO_REWRITE);
    }
  },

  /** A rewrite deletes nothing. */
  REWRITES_DELETE_NOTHING {
    @Override
    Parts parts() {
      return rewriting(Set.of(Verb.UPDATE, Verb.UPSERT));
    }
  },

  /** A rewrite takes what it remembers to be written for written. */
  REWRITES_TRUST_THE_HASH {
    @Override
    Parts parts() {
      return rewriting(Set.of(Verb.DELETE, Verb.DELETE_BY_FILTER));
    }
  },

  /** A rewrite writes no vectors. */
  REWRITES_BRING_NO_VECTORS {
    @Override
    Parts parts() {
      return rewriting(Set.of(Verb.DELETE, Verb.DELETE_BY_FILTER, Verb.UPDATE));
    }
  },

  /** A vector that did change is not sent. */
  VECTORS_ARE_TAKEN_FOR_SHOWN {
    @Override
    Parts parts() {
      return new Parts() {
        private final Set<String> shown = new HashSet<>();

        @Override
        Mutation emitted(Mutation mutation) {
          return mutation.verb() == Verb.UPSERT && !shown.add(mutation.record().id())
              ? Mutation.update(mutation.record(), mutation.metadata(), mutation.version())
              : mutation;
        }
      };
    }
  },

  /** A rollback is taken for the one that was repaired. */
  REWRITES_HAPPEN_ONCE {
    @Override
    Parts parts() {
      return new OfRollbacks() {
        @Override
        boolean isDue(Rollback rollback, LastRewrite last) {
          return last == null;
        }
      };
    }
  },

  /** After a restore, a record that is shown is not sent again, though it may be deleted. */
  RESTORES_TRUST_THAT_RECORDS_ARE_SHOWN {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        Plan plan(long seed) {
          return new Plan(seed, 30, 10, true, 8, Faults.NONE, 0);
        }

        /** What was read after it may be read before it the next time. */
        @Override
        boolean crashesAfter(Change change) {
          return change.is(Kind.END);
        }

        @Override
        Mutation resolved(Mutation mutation, SimulatedResolve before, SimulatedResolve after) {
          RecordState old =
              mutation.verb() == Verb.UPSERT ? before.written(mutation.record()) : null;
          boolean isShown =
              old != null && old.isShown() && isVector(old.vector(), after, mutation.record());
          return isShown
              ? Mutation.update(mutation.record(), mutation.metadata(), mutation.version())
              : mutation;
        }
      };
    }
  },

  /** After a restore a change is left out. */
  RESTORES_SKIP_A_CHANGE {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        int position(int checkpointed) {
          return checkpointed + 1;
        }
      };
    }
  },

  /** After a restore a change is read twice. */
  RESTORES_READ_A_CHANGE_TWICE {
    @Override
    Parts parts() {
      return new Parts() {
        @Override
        int position(int checkpointed) {
          return Math.max(0, checkpointed - 1);
        }
      };
    }
  };

  /** The path, broken in this way, for one simulation. */
  abstract Parts parts();

  /** What only a Chroma that goes back can show. */
  private static class OfRollbacks extends Parts {

    @Override
    Plan plan(long seed) {
      return Plan.of(seed).rollbacks(2);
    }
  }

  private static Parts queued(Rule rule) {
    return new Parts() {
      @Override
      WriteQueue queue(WindowSettings window) {
        return BrokenQueue.of(rule, window);
      }
    };
  }

  private static Parts publishing(FreshFault fault) {
    return new OfRollbacks() {
      @Override
      Set<FreshFault> fresh() {
        return Set.of(fault);
      }
    };
  }

  private static Parts guarded(GuardFault fault) {
    return new OfRollbacks() {
      @Override
      GuardFault guard() {
        return fault;
      }
    };
  }

  private static Parts rewriting(Set<Verb> verbs) {
    return new OfRollbacks() {
      @Override
      List<Mutation> rewritten(List<Mutation> mutations) {
        return mutations.stream().filter(mutation -> verbs.contains(mutation.verb())).toList();
      }
    };
  }

  private static SnapshotFacts piece(SnapshotFacts reading, int from, int to, boolean whole) {
    return new SnapshotFacts(
        reading.partition(),
        reading.asOf(),
        reading.facts().subList(from, to),
        reading.unreadable(),
        whole,
        reading.repair());
  }

  private static Parts blindTo(EntityKind type) {
    return new Parts() {
      @Override
      Projection projection() {
        return new BlindProjection(type);
      }
    };
  }

  /** A reading that tells more: of those parents of what it lists that it does not list itself. */
  private static SnapshotFacts with(
      SnapshotFacts reading, Predicate<EntityKind> which, Fact parent) {
    Set<EntityKey> parents = new TreeSet<>();
    reading.facts().forEach(fact -> parents.addAll(fact.entity().ancestors()));
    reading.facts().forEach(fact -> parents.remove(fact.entity()));
    List<FactChange> facts = new ArrayList<>(reading.facts());
    parents.stream()
        .filter(entity -> which.test(entity.kind()))
        .map(e -> new FactChange(reading.partition(), e, parent, reading.asOf(), false, true, null))
        .forEach(facts::add);
    return new SnapshotFacts(
        reading.partition(),
        reading.asOf(),
        facts,
        reading.unreadable(),
        reading.whole(),
        reading.repair());
  }

  /** Whether a vector is still the newest of its record. */
  private static boolean isVector(Version vector, SimulatedResolve image, RecordKey record) {
    RecordState written = image.written(record);
    return written != null && vector.equals(written.vector());
  }

  private static StateChunk copy(StateChunk chunk) {
    return new StateChunk(new HashMap<>(chunk.entries()), new HashMap<>(chunk.written()));
  }
}
