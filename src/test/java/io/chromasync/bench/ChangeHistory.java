package io.chromasync.bench;

import io.chromasync.bench.RecordChange.Kind;
import io.chromasync.bench.RecordChange.Shown;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A history of changes and the order in which a queue brings them: most a little out of order, some
 * late, some twice. The same seed gives the same history.
 *
 * <p>At first every word is there, its label pending, with vector 0.
 *
 * @param arrivals of all changes, duplicates included
 * @param end of each word that is there at the end, by its key
 */
record ChangeHistory(List<RecordChange> arrivals, Map<Long, Shown> end) {

  private static final ValidationStatus[] STATUSES = {
    ValidationStatus.VALID, ValidationStatus.INVALID, ValidationStatus.PENDING
  };

  /** Most changes arrive at most so many places late. */
  private static final int LITTLE = 10;

  /** One in ten is as late as this: it was tried again. */
  private static final int LATE = 1_000;

  /** One in so many comes twice. */
  private static final int TWICE = 20;

  /** One in so many draws of a deleted word brings it back. */
  private static final int RETURN = 10;

  static ChangeHistory of(long seed, int images, int wordsOfAnImage, int changes) {
    Random random = new Random(seed);
    Map<Long, RecordChange> now = new HashMap<>();
    for (int image = 0; image < images; image++) {
      for (int word = 0; word < wordsOfAnImage; word++) {
        RecordChange first =
            new RecordChange(Kind.EMBEDDED, 0, image, word, ValidationStatus.PENDING, 0, false);
        now.put(first.key(), first);
      }
    }
    List<Arrival> arrivals = new ArrayList<>();
    for (int version = 1; version <= changes; version++) {
      long key = draw(images, wordsOfAnImage, random);
      // Most of what was deleted stays away.
      while (now.get(key).kind() == Kind.DELETED && random.nextInt(RETURN) > 0) {
        key = draw(images, wordsOfAnImage, random);
      }
      RecordChange change = next(now.get(key), version, random);
      now.put(key, change);
      arrivals.add(new Arrival(version + delay(random), change));
      if (random.nextInt(TWICE) == 0) {
        arrivals.add(new Arrival(version + random.nextInt(LATE), change));
      }
    }
    arrivals.sort(Comparator.comparingInt(Arrival::place));
    Map<Long, Shown> end = new HashMap<>();
    now.forEach(
        (key, last) -> {
          if (last.kind() != Kind.DELETED) {
            end.put(key, last.shown());
          }
        });
    return new ChangeHistory(arrivals.stream().map(Arrival::change).toList(), end);
  }

  /** A word; some are edited often. */
  private static long draw(int images, int wordsOfAnImage, Random random) {
    int word = (int) (images * wordsOfAnImage * random.nextDouble() * random.nextDouble());
    return ((long) (word % images) << 32) | (word / images);
  }

  private static int delay(Random random) {
    return random.nextInt(10) == 0 ? random.nextInt(LATE) : random.nextInt(LITTLE);
  }

  private static RecordChange next(RecordChange last, int version, Random random) {
    if (last.kind() == Kind.DELETED) {
      return new RecordChange(
          Kind.EMBEDDED,
          version,
          last.image(),
          last.word(),
          ValidationStatus.PENDING,
          version,
          false);
    }
    int drawn = random.nextInt(100);
    if (drawn < 8) {
      return new RecordChange(
          Kind.DELETED, version, last.image(), last.word(), last.status(), last.vector(), true);
    }
    if (drawn < 18) {
      return new RecordChange(
          Kind.EMBEDDED, version, last.image(), last.word(), last.status(), version, true);
    }
    return new RecordChange(
        Kind.LABELLED,
        version,
        last.image(),
        last.word(),
        other(last.status(), random),
        last.vector(),
        true);
  }

  /** Not the one that the label has. */
  private static ValidationStatus other(ValidationStatus status, Random random) {
    ValidationStatus drawn = STATUSES[random.nextInt(STATUSES.length)];
    return drawn == status ? other(status, random) : drawn;
  }

  private record Arrival(int place, RecordChange change) {}
}
