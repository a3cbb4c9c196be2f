package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.receipts.Receipts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is written in a file of settings, it is read, or every problem in it is named; nothing
 * else is thrown.
 */
class JobSettingsLaws {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, Map<String, String>> GOOD =
      Map.of(
          "source", Map.of("table", "Receipts"),
          "chroma", Map.of("url", "http://localhost:8000"),
          "dead-letters", Map.of("uri", "file:///tmp/dead-letters"));

  /** Of each group and key, a value that it cannot have. */
  private static final Map<String, String> BAD =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("source/type", "kafka"),
              Map.entry("source/stream-arn", "arn"),
              Map.entry("source/start", "yesterday"),
              Map.entry("source/on-gap", "ignore"),
              Map.entry("source/aws.endpoint", "localhost"),
              Map.entry("source/tabel", "Receipts"),
              Map.entry("resolve/tombstone-retention", "10"),
              Map.entry("resolve/too-late", "never"),
              Map.entry("window/max-age", "soon"),
              Map.entry("window/max-records", "0"),
              Map.entry("window/lanes", "many"),
              Map.entry("chroma/url", "nowhere"),
              Map.entry("chroma/max-in-flight", "0"),
              Map.entry("chroma/retry-budget", "-1 s"),
              Map.entry("chroma/max-bytes-per-request", "-1 mb"),
              Map.entry("delta/concurrency", "0"),
              Map.entry("delta/dimension", "x"),
              Map.entry("snapshot/mode", "all"),
              Map.entry("snapshot/segments", "0"),
              Map.entry("snapshot/rate-limit", "-1"),
              Map.entry("snapshot/margin", "60"),
              Map.entry("snapshot/export-uri", "bucket/export"),
              Map.entry("snapshot/requests-uri", "nowhere://x"),
              Map.entry("snapshot/aws.endpoint", "localhost")));

  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1",
          "NaN",
          "null",
          "true",
          "1 s",
          "9223372036854775807 d",
          "16 mb",
          "-3 mb",
          "99999999999999999999",
          "skip",
          "latest",
          "+1000000000-12-31T23:59:59Z",
          "http://[",
          "http://x:99999",
          "file:///",
          "s3://",
          "arn:aws:dynamodb:::table/T/stream/L",
          "%s",
          "\u0000");

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anyTextIsSettingsOrAnAccountOfItsProblems(@ForAll("texts") String text) {
    assertReadOrRefused(
        () -> JobSettings.from(ApplicationProperties.parse(text, "the file"), new Receipts()));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anyValuesAreSettingsOrAnAccountOfTheirProblems(
      @ForAll("values") Map<String, String> values) {
    assertReadOrRefused(() -> JobSettings.from(properties(values), new Receipts()));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void everyProblemIsNamed(@ForAll("bad") Set<String> keys) {
    Map<String, String> values = new HashMap<>();
    keys.forEach(key -> values.put(key, BAD.get(key)));

    Throwable thrown = catchThrowable(() -> JobSettings.from(properties(values), new Receipts()));

    assertThat(thrown).isInstanceOf(InvalidSettings.class);
    for (String key : keys) {
      String[] name = key.split("/", 2);
      assertThat(((InvalidSettings) thrown).problems())
          .anySatisfy(
              problem ->
                  assertThat(problem)
                      .startsWith("Property '%s' in group '%s'".formatted(name[1], name[0])));
    }
  }

  @Provide
  Arbitrary<Set<String>> bad() {
    return Arbitraries.of(BAD.keySet()).set().ofMinSize(1).ofMaxSize(BAD.size());
  }

  @Provide
  Arbitrary<Map<String, String>> values() {
    Arbitrary<String> values =
        Arbitraries.oneOf(Arbitraries.of(ODD), Arbitraries.strings().ofMaxLength(10));
    return Arbitraries.maps(Arbitraries.of(keys()), values).ofMaxSize(8);
  }

  /** A good file with some characters replaced, or JSON of another shape, or any text. */
  @Provide
  Arbitrary<String> texts() throws JsonProcessingException {
    String good = file(GOOD);
    Arbitrary<String> scrambled =
        Combinators.combine(
                Arbitraries.integers().between(0, good.length() - 1),
                Arbitraries.of("\"", "\\", "{", "}", "[", "]", ":", ",", "0", "", "null"))
            .as((at, text) -> good.substring(0, at) + text + good.substring(at + 1));
    Arbitrary<String> shapes =
        Arbitraries.of(
            "",
            "null",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "[1]",
            "1",
            "\"x\"",
            "[{}]",
            "[".repeat(5_000),
            "[{\"PropertyGroupId\":{},\"PropertyMap\":{}}]",
            "[{\"PropertyGroupId\":\"source\",\"PropertyMap\":[]}]",
            "[{\"PropertyGroupId\":\"source\",\"PropertyMap\":{\"table\":{}}}]",
            "[{\"PropertyGroupId\":\"source\",\"PropertyMap\":{\"table\":null}}]",
            "[{\"PropertyGroupId\":\"source\",\"PropertyMap\":{}}] trailing");
    return Arbitraries.oneOf(scrambled, shapes, Arbitraries.strings().ofMaxLength(20));
  }

  private static void assertReadOrRefused(ThrowingSupplier read) {
    Throwable thrown = catchThrowable(read::get);
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(InvalidSettings.class);
      assertThat(((InvalidSettings) thrown).problems())
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem).isNotBlank());
    }
  }

  /** All keys there are, by what is said of one that is unknown. */
  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String group :
        List.of("source", "resolve", "window", "chroma", "delta", "runs", "dead-letters")) {
      InvalidSettings invalid =
          (InvalidSettings)
              catchThrowable(
                  () -> JobSettings.from(properties(Map.of(group + "/?", "")), new Receipts()));
      String problem =
          invalid.problems().stream()
              .filter(text -> text.startsWith("Property '?'"))
              .findFirst()
              .orElseThrow();
      String known = problem.substring(problem.indexOf('[') + 1, problem.indexOf(']'));
      List.of(known.split(", ")).forEach(key -> keys.add(group + "/" + key));
    }
    return keys;
  }

  private static ApplicationProperties properties(Map<String, String> values) {
    Map<String, Map<String, String>> groups = new HashMap<>();
    GOOD.forEach((group, map) -> groups.put(group, new HashMap<>(map)));
    values.forEach(
        (key, value) -> {
          String[] name = key.split("/", 2);
          groups.computeIfAbsent(name[0], group -> new HashMap<>()).put(name[1], value);
        });
    return new ApplicationProperties(groups);
  }

  private static String file(Map<String, Map<String, String>> groups)
      throws JsonProcessingException {
    List<Map<String, Object>> list = new ArrayList<>();
    groups.forEach(
        (group, values) -> list.add(Map.of("PropertyGroupId", group, "PropertyMap", values)));
    return JSON.writeValueAsString(list);
  }

  /** Reading that may throw anything. */
  private interface ThrowingSupplier {
    Object get() throws Exception;
  }
}
