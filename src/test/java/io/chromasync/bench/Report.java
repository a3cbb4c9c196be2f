package io.chromasync.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.bench.Targets.Verdict;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A finished measurement.
 *
 * @param machine name to value
 */
record Report(
    Measurements measured, List<Verdict> verdicts, Map<String, String> machine, boolean isQuick) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** All of it, each value of each round. */
  String json() {
    ObjectNode all = JSON.createObjectNode();
    all.set("machine", JSON.valueToTree(machine));
    all.put("quick", isQuick);
    ObjectNode scenarios = all.putObject("scenarios");
    for (BenchScenario scenario : measured.scenarios()) {
      ObjectNode figures = scenarios.putObject(scenario.toString());
      for (Figure figure : measured.figures(scenario)) {
        ObjectNode one = figures.putObject(figure.name()).put("unit", figure.unit());
        one.set("values", JSON.valueToTree(measured.values(scenario, figure)));
      }
    }
    all.set("targets", JSON.valueToTree(verdicts));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
