package io.chromasync.notes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.mapping.Domain;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Projection;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second domain, which proves that the engine depends on no domain: owners with notes, whose
 * items contain their own documents and vectors, and tags of notes. No runs.
 *
 * <p>The partition key is {@code OWNER#<id>}; the sort key is {@code OWNER}, {@code NOTE#<name>} or
 * {@code NOTE#<name>#TAG#<tag>}. A note has the attributes {@code text}, {@code vector} (a list of
 * numbers, or a binary of little-endian floats) and optionally {@code title}.
 */
public record Notes() implements Domain {

  /** Numbers of a vector. A vector of another dimension is rejected. */
  static final int DIMENSION = 3;

  private static final long serialVersionUID = 1;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWNER = "OWNER#";
  private static final Pattern SORT_KEY =
      Pattern.compile("OWNER|NOTE#(?<note>[^#]+)(?:#TAG#(?<tag>[^#]+))?");

  @Override
  public Set<String> attributes() {
    return Set.of("PK", "SK", "title", "text", "vector");
  }

  @Override
  public EntityTree tree() {
    return new NoteTree();
  }

  @Override
  public Projection projection(boolean arrays) {
    return new NoteProjection(arrays);
  }

  @Override
  public VectorBatches batches() {
    return new NoBatches();
  }

  @Override
  public String partition(String partitionKey) {
    boolean isOwner = partitionKey.startsWith(OWNER) && partitionKey.length() > OWNER.length();
    return isOwner ? partitionKey.substring(OWNER.length()) : null;
  }

  @Override
  public String partitionKey(String partition) {
    return OWNER + partition;
  }

  @Override
  public String sortKey(String item) {
    try {
      return JSON.readTree(item).path("SK").path("S").textValue();
    } catch (JsonProcessingException unreadable) {
      return null;
    }
  }

  @Override
  public boolean isMapped(ItemChange change) {
    return true;
  }

  @Override
  public MappedItem map(ItemChange change) {
    boolean isKeyed = change.partitionKey() != null && change.sortKey() != null;
    String owner = isKeyed ? partition(change.partitionKey()) : null;
    EntityKey entity = isKeyed ? entity(change.sortKey()) : null;
    if (owner == null || entity == null) {
      return new MappedItem.Ignored("other");
    }
    try {
      return new MappedItem.Fact(
          change.operation() == Operation.REMOVE
              ? new FactChange(owner, entity, null, change.version(), false, false, change)
              : present(change, owner, entity));
    } catch (IOException | IllegalArgumentException e) {
      return new MappedItem.Rejected(Reason.UNPARSABLE, entity, entity.path(), e.getMessage());
    }
  }

  @Override
  public Listing listing(boolean allRuns) {
    return new Listing() {
      @Override
      public MappedItem map(ItemChange item) {
        return Notes.this.map(item);
      }

      @Override
      public List<RunDelta> runs() {
        return List.of();
      }
    };
  }

  private static EntityKey entity(String sortKey) {
    Matcher key = SORT_KEY.matcher(sortKey);
    if (!key.matches()) {
      return null;
    }
    String note = key.group("note");
    String tag = key.group("tag");
    if (note == null) {
      return EntityKey.PARTITION;
    }
    return tag == null ? NoteTree.note(note) : NoteTree.tag(note, tag);
  }

  private static FactChange present(ItemChange change, String owner, EntityKey entity)
      throws IOException {
    JsonNode item = JSON.readTree(change.newItem());
    boolean isNote = entity.kind() == NoteTree.NOTE;
    return new FactChange(
        owner,
        entity,
        isNote ? Fact.of(item.path("title").path("S").textValue()) : Fact.exists(),
        change.version(),
        change.operation() == Operation.INSERT,
        change.newItem().equals(change.oldItem()),
        change,
        isNote ? embedding(item, owner, entity) : null);
  }

  private static Embedding embedding(JsonNode item, String owner, EntityKey note)
      throws IOException {
    String text = item.path("text").path("S").textValue();
    float[] vector = vector(item.path("vector"));
    if (text == null || vector.length != DIMENSION) {
      throw new IllegalArgumentException(
          "a note must have a text and a vector of %s numbers".formatted(DIMENSION));
    }
    return new Embedding(NoteTree.record(owner, note.name()), vector, text, Map.of());
  }

  private static float[] vector(JsonNode value) throws IOException {
    if (value.has("B")) {
      ByteBuffer bytes = ByteBuffer.wrap(value.path("B").binaryValue());
      float[] vector = new float[bytes.remaining() / Float.BYTES];
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
      return vector;
    }
    JsonNode numbers = value.path("L");
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(numbers.get(i).path("N").asText());
    }
    return vector;
  }
}
