package io.chromasync.simulation;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.FactRegister;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptProjection;
import java.util.List;
import java.util.Map;

/** The domain's rule, but for entities of one type that a reading did not list: these are there. */
record BlindProjection(EntityKind type) implements Projection {

  private static final Projection RULE = new ReceiptProjection(true);

  private record Blind(PartitionFacts facts, EntityKind type) implements PartitionFacts {

    @Override
    public String partition() {
      return facts.partition();
    }

    @Override
    public FactRegister entry(EntityKey entity) {
      return facts.entry(entity);
    }

    @Override
    public List<EntityKey> children(EntityKey parent, EntityKind childType) {
      return facts.children(parent, childType);
    }

    @Override
    public Version readAsOf() {
      return facts.readAsOf();
    }

    @Override
    public boolean isUnlisted(EntityKey entity) {
      return entity.kind() != type && facts.isUnlisted(entity);
    }
  }

  @Override
  public View of(PartitionFacts facts) {
    return RULE.of(new Blind(facts, type));
  }

  @Override
  public Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given) {
    return RULE.given(record, given);
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return RULE.foreign(record, given);
  }
}
