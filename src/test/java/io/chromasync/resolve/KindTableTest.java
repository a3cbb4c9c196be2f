package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class KindTableTest {

  private final KindTable current = new KindTable(KindTable.of(new ReceiptTree()));

  @Test
  void aKindFollowsItsParent() {
    List<EntityKind> kinds = KindTable.of(new ReceiptTree());

    assertThat(kinds)
        .contains(EntityKey.SNAPSHOT.kind(), EntityKind.batchOf(ReceiptKeys.RECEIPT))
        .startsWith(EntityKind.PARTITION)
        .doesNotHaveDuplicates();
    assertThat(kinds.subList(1, kinds.size()))
        .allSatisfy(kind -> assertThat(kinds).containsSubsequence(kind.parent(), kind));
  }

  @Test
  void aRestoredTableIsReadAsItWasWritten() throws IOException {
    TypeSerializerSchemaCompatibility<StateChunk> same =
        current.resolveSchemaCompatibility(restored(current));

    assertThat(same.isCompatibleAsIs()).isTrue();
  }

  @Test
  void stateOfFewerKindsKeepsTheirOrder() throws IOException {
    KindTable old =
        new KindTable(List.of(EntityKind.PARTITION, ReceiptKeys.RECEIPT, ReceiptKeys.PLACE));
    EntityKey place = ReceiptKeys.place(3);
    byte[] stored = write(new ChunkSerializer(kinds(old)), place);

    TypeSerializerSchemaCompatibility<StateChunk> compatibility =
        current.resolveSchemaCompatibility(restored(old));

    assertThat(compatibility.isCompatibleWithReconfiguredSerializer()).isTrue();
    ChunkSerializer merged = (ChunkSerializer) compatibility.getReconfiguredSerializer();
    assertThat(merged.kinds()).startsWith(kinds(old).toArray(EntityKind[]::new));
    assertThat(merged.kinds()).containsAll(KindTable.of(new ReceiptTree()));
    assertThat(read(merged, stored)).containsExactly(place);
    EntityKey word = ReceiptKeys.word(1, 7, 2);
    assertThat(read(merged, write(merged, word))).containsExactly(word);
  }

  @Test
  void aValueDefinesTheKindsThatTheTableLacks() throws IOException {
    ChunkSerializer without = new ChunkSerializer(List.of(EntityKind.PARTITION));
    EntityKey word = ReceiptKeys.word(1, 7, 2);
    EntityKey label = ReceiptKeys.label(1, 7, 2, "TAX");

    assertThat(read(without, write(without, word, label))).containsExactlyInAnyOrder(word, label);
  }

  private static List<EntityKind> kinds(KindTable table) {
    return ((ChunkSerializer) table.restoreSerializer()).kinds();
  }

  private static KindTable restored(KindTable table) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    table.writeSnapshot(out);
    KindTable read = new KindTable();
    read.readSnapshot(
        table.getCurrentVersion(),
        new DataInputDeserializer(out.getCopyOfBuffer()),
        KindTableTest.class.getClassLoader());
    return read;
  }

  private static byte[] write(ChunkSerializer serializer, EntityKey... keys) throws IOException {
    StateChunk chunk = StateChunk.empty();
    Version version = new Version(1, "1");
    for (EntityKey key : keys) {
      chunk
          .entries()
          .put(key, new FactRegister(version, Fact.exists(), null, true, false, version));
    }
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(chunk, out);
    return out.getCopyOfBuffer();
  }

  private static Iterable<EntityKey> read(ChunkSerializer serializer, byte[] bytes)
      throws IOException {
    return serializer.deserialize(new DataInputDeserializer(bytes)).entries().keySet();
  }
}
