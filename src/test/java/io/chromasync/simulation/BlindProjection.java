package io.chromasync.simulation;

import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.FactRegister;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;

/** The domain's rule, but for entities of one type that a reading did not list: these are there. */
record BlindProjection(EntityType type) implements Projection {

  private static final Projection RULE = new ReceiptProjection(true);

  private record Blind(ImageFacts facts, EntityType type) implements ImageFacts {

    @Override
    public String image() {
      return facts.image();
    }

    @Override
    public FactRegister entry(EntityKey entity) {
      return facts.entry(entity);
    }

    @Override
    public List<EntityKey> children(EntityKey parent, EntityType childType) {
      return facts.children(parent, childType);
    }

    @Override
    public Version readAsOf() {
      return facts.readAsOf();
    }

    @Override
    public boolean isUnlisted(EntityKey entity) {
      return entity.type() != type && facts.isUnlisted(entity);
    }
  }

  @Override
  public View of(ImageFacts facts) {
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
