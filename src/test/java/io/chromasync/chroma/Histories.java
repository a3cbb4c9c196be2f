package io.chromasync.chroma;

import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random mutations of the words of a few images; the same seed gives the same history. */
record Histories(Random random) {

  List<Mutation> mutations(int count) {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mutations.add(mutation(new Version(i * 1_000_000L, "" + i)));
    }
    return mutations;
  }

  private Mutation mutation(Version version) {
    RecordKey word = word("image-" + random.nextInt(10));
    int dice = random.nextInt(100);
    if (dice < 40) {
      float[] vector = {random.nextInt(9), random.nextInt(9)};
      return Mutations.upsert(word, "document " + random.nextInt(9), vector, metadata());
    }
    if (dice < 80) {
      return Mutation.update(word, metadata(), version);
    }
    return dice < 93 ? Mutation.delete(word, version) : sweep(above(word), version);
  }

  private RecordKey word(String image) {
    return ReceiptTree.word(image, 1 + random.nextInt(2), random.nextInt(3), random.nextInt(4));
  }

  /** Half of the sweeps spare some words. */
  private Mutation sweep(RecordKey below, Version version) {
    Set<RecordKey> excluded = new LinkedHashSet<>();
    int candidates = random.nextBoolean() ? 0 : random.nextInt(8);
    for (int i = 0; i < candidates; i++) {
      RecordKey word = word(below.partition());
      if (below.covers(word)) {
        excluded.add(word);
      }
    }
    return Mutation.deleteByFilter(below, List.copyOf(excluded), version);
  }

  private Map<String, MetadataValue> metadata() {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (String key : List.of("text", "whole", "real", "flag")) {
      if (random.nextBoolean()) {
        metadata.put(key, random.nextInt(4) == 0 ? MetadataValue.removed() : value(key));
      }
    }
    return metadata;
  }

  private MetadataValue value(String key) {
    int number = random.nextInt(5);
    return switch (key) {
      case "text" -> MetadataValue.of("text " + number);
      case "whole" -> MetadataValue.of(number);
      case "real" -> MetadataValue.of(number / 4.0);
      default -> MetadataValue.of(number > 2);
    };
  }

  private RecordKey above(RecordKey word) {
    EntityKey line =
        ReceiptKeys.line(ReceiptKeys.receiptOf(word.entity()), ReceiptKeys.lineOf(word.entity()));
    EntityKey[] choices = {
      line, ReceiptKeys.receipt(ReceiptKeys.receiptOf(word.entity())), ReceiptKeys.image()
    };
    return ReceiptTree.below(ReceiptTree.WORDS, word.partition(), choices[random.nextInt(3)]);
  }
}
