package io.chromasync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationPropertiesTest {

  private static final ConfigOption<Duration> AGE =
      ConfigOptions.key("max-age").durationType().defaultValue(Duration.ofSeconds(1));
  private static final ConfigOption<MemorySize> BYTES =
      ConfigOptions.key("max-bytes").memoryType().defaultValue(MemorySize.ofMebiBytes(16));
  private static final ConfigOption<String> URL =
      ConfigOptions.key("url").stringType().noDefaultValue();

  @Test
  void valuesAreReadWithTheirUnits() {
    ApplicationProperties properties =
        parse("{'max-age': '250 ms', 'max-bytes': '2 mb', 'url': 'http://x'}");
    PropertyGroup group = properties.group("window");

    assertThat(group.get(AGE)).isEqualTo(Duration.ofMillis(250));
    assertThat(group.get(BYTES)).isEqualTo(MemorySize.ofMebiBytes(2));
    assertThat(group.require(URL)).isEqualTo("http://x");
    properties.check();
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    PropertyGroup group = parse("{}").group("window");

    assertThat(group.get(AGE)).isEqualTo(Duration.ofSeconds(1));
    assertThat(group.get(URL)).isNull();
  }

  @Test
  void aDurationOrSizeWithoutAUnitIsRefusedAndNotGuessed() {
    ApplicationProperties properties = parse("{'max-age': '10', 'max-bytes': ' 16 '}");
    PropertyGroup group = properties.group("window");

    assertThat(group.get(AGE)).as("the default").isEqualTo(Duration.ofSeconds(1));
    assertThat(group.get(BYTES)).as("the default").isEqualTo(MemorySize.ofMebiBytes(16));
    assertThat(catchThrowableOfType(InvalidSettings.class, properties::check).problems())
        .containsExactly(
            "Property 'max-age' in group 'window' must carry a unit, as in '10 s', but was '10'",
            "Property 'max-bytes' in group 'window' must carry a unit, as in '16 mb', but was"
                + " ' 16 '");
  }

  @Test
  void aRequiredDurationNeedsItsUnitToo() {
    ApplicationProperties properties = parse("{'patience': '10'}");
    ConfigOption<Duration> patience = ConfigOptions.key("patience").durationType().noDefaultValue();

    assertThat(properties.group("window").require(patience)).isNull();
    assertThatThrownBy(properties::check).hasMessageContaining("must carry a unit, as in '10 s'");
  }

  @Test
  void aNumberIsANumberWithoutAUnit() {
    ApplicationProperties properties = parse("{'lanes': '10'}");
    ConfigOption<Integer> lanes = ConfigOptions.key("lanes").intType().defaultValue(1);

    assertThat(properties.group("window").get(lanes)).isEqualTo(10);
    properties.check();
  }

  @Test
  void whatIsNoNumberOrNoneOfAFewIsToldWhatItMustBe() {
    ApplicationProperties properties =
        parse("{'lanes': '1e3', 'share': 'half', 'unit': 'WEEKLY', 'max-age': '106751991168 d'}");
    PropertyGroup group = properties.group("window");

    group.get(ConfigOptions.key("lanes").intType().defaultValue(1));
    group.get(ConfigOptions.key("share").doubleType().defaultValue(0.5));
    group.get(ConfigOptions.key("unit").enumType(Unit.class).defaultValue(Unit.DAYS));
    assertThat(group.get(AGE)).isEqualTo(Duration.ofSeconds(1));

    assertThat(catchThrowableOfType(InvalidSettings.class, properties::check).problems())
        .containsExactly(
            "Property 'lanes' in group 'window' cannot be read: '1e3'. It must be an integer",
            "Property 'share' in group 'window' cannot be read: 'half'. It must be a number",
            "Property 'unit' in group 'window' cannot be read: 'WEEKLY'. It must be one of DAYS,"
                + " HOURS",
            "Property 'max-age' in group 'window' must be at most 36500 d but was '106751991168"
                + " d'");
  }

  private enum Unit {
    DAYS,
    HOURS
  }

  @Test
  void whatMustNotBeShownIsCheckedByNameOnly() {
    ApplicationProperties properties = parse("{'url': 'hunter2'}");
    properties.group("window").get(URL);

    properties.group("window").checkUnseen(true, URL, "must not be reported");
    properties.group("window").checkUnseen(false, URL, "must be a good secret");

    assertThat(catchThrowableOfType(InvalidSettings.class, properties::check).problems())
        .containsExactly(
            "Property 'url' in group 'window' must be a good secret (its value is not shown)");
  }

  @Test
  void aRetiredPropertyNamesWhatReplacesItAndIsNotCalledUnknown() {
    ApplicationProperties properties = parse("{'link': 'hunter2'}");
    properties.group("window").get(URL);
    properties.group("window").retired("link", "set 'url'");
    properties.group("window").retired("never-set", "set 'url'");

    assertThat(catchThrowableOfType(InvalidSettings.class, properties::check).problems())
        .containsExactly(
            "Property 'link' in group 'window' is no longer read: set 'url' (its value is not"
                + " shown)");
  }

  @Test
  void aRetiredPropertyIsNoneOfTheKnown() {
    ApplicationProperties properties = parse("{'tiemout': '1 s'}");
    properties.group("window").get(URL);
    properties.group("window").retired("link", "set 'url'");

    assertThatThrownBy(properties::check).hasMessageEndingWith("is unknown; known are [url]");
  }

  @Test
  void allProblemsAreReportedTogether() {
    ApplicationProperties properties =
        ApplicationProperties.parse(
            """
            [{"PropertyGroupId": "window", "PropertyMap": {"max-age": "soon", "tiemout": "1 s"}},
             {"PropertyGroupId": "windows", "PropertyMap": {}}]
            """,
            "the file x");
    PropertyGroup group = properties.group("window");
    group.get(AGE);
    group.require(URL);
    group.check(false, BYTES, "must be at least 1 kb");

    InvalidSettings invalid = catchThrowableOfType(InvalidSettings.class, properties::check);

    assertThat(invalid.problems())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("Property 'max-age' in group 'window' cannot be read: 'soon'."),
            second ->
                assertThat(second)
                    .isEqualTo("Property 'url' in group 'window' is required but not set"),
            third ->
                assertThat(third)
                    .isEqualTo(
                        "Property 'max-bytes' in group 'window' must be at least 1 kb but was not"
                            + " set, which means '16 mb'"),
            fourth ->
                assertThat(fourth)
                    .isEqualTo(
                        "Property 'tiemout' in group 'window' is unknown; known are [max-age,"
                            + " url]"),
            fifth -> assertThat(fifth).isEqualTo("Group 'windows' is unknown; known are [window]"));
  }

  @Test
  void whatIsNoListOfGroupsIsRefusedWithItsOrigin() {
    assertThatThrownBy(() -> ApplicationProperties.parse("{}", "the file x"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("the file x must hold a JSON list of");
    assertThatThrownBy(() -> ApplicationProperties.parse("null", "the file x"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("the file x must hold a JSON list of");
    assertThatThrownBy(
            () -> ApplicationProperties.parse("[{\"PropertyGroupId\":\"a\"}]", "the file x"))
        .hasMessage("the file x has a group without PropertyGroupId or PropertyMap");
    assertThatThrownBy(
            () ->
                ApplicationProperties.parse(
                    """
                    [{"PropertyGroupId": "a", "PropertyMap": {}},
                     {"PropertyGroupId": "a", "PropertyMap": {}}]
                    """,
                    "the file x"))
        .hasMessage("the file x has the group 'a' twice");
  }

  @Test
  void whatWouldBeReadOnlyInPartIsRefused() {
    for (String json :
        new String[] {
          "[{\"PropertyGroupId\":\"a\",\"PropertyMap\":{\"k\":\"1\",\"k\":\"2\"}}]",
          "[{\"PropertyGroupId\":\"a\",\"PropertyMap\":{}}] [{\"PropertyGroupId\":\"b\"}]"
        }) {
      assertThatThrownBy(() -> ApplicationProperties.parse(json, "the file x"))
          .as(json)
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining("the file x");
    }
  }

  static Stream<Arguments> syntaxErrors() {
    return Stream.of(
        arguments(
            "[{\"a\": 1 \"b\": 2}]",
            "line 1, column 10: '\"' does not belong here; is a comma missing?"),
        arguments("[{\"a\": \"1\",}]", "line 1, column 12: a comma is not allowed before '}'"),
        arguments("[{\"a\": \"1\"},]", "line 1, column 13: a comma is not allowed before ']'"),
        arguments("[{\"a\": \"1\"]}", "line 1, column 11: ']' does not belong here"),
        arguments("[// all\n]", "line 1, column 2: JSON has no comments; leave them out"),
        arguments("[# all\n]", "line 1, column 2: JSON has no comments; leave them out"),
        arguments("[{'a': 1}]", "line 1, column 3: strings need double quotes, not single quotes"),
        arguments("[{\"a\": soon}]", "line 1, column 8: a string has no double quotes"),
        arguments(
            "[\n {\"a\": \"1\", \"a\": \"2\"}]", "line 2, column 16: the key 'a' occurs twice"),
        arguments(
            "[{\"a\": \"1\"}",
            "line 1, column 12: it ends too early; a bracket or a quote is not closed"),
        arguments("[] []", "line 1, column 4: something follows the end of the list"));
  }

  @ParameterizedTest
  @MethodSource("syntaxErrors")
  void c10ASyntaxErrorHasItsLineColumnAndRemedy(String json, String detail) {
    assertThat(problems(json)).containsExactly("the file x is no JSON at " + detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''| nothing",
        "' '| nothing",
        "null| null",
        "{}| an object",
        "\"a\"| a string",
        "1| a number",
      })
  void c10WhatIsNoListSaysWhatItIs(String json, String found) {
    assertThat(problems(json))
        .containsExactly(
            "the file x must hold a JSON list of {\"PropertyGroupId\": …, \"PropertyMap\": {…}}"
                + " but holds "
                + found);
  }

  @Test
  void c10EveryValueOfAWrongShapeIsNamedByItsGroupAndKey() {
    String json =
        """
        [{"PropertyGroupId": "window",
          "PropertyMap": {"a": null, "b": {}, "c": ["x"], "d": 8, "e": true, "f": "text"}},
         7,
         {"PropertyGroupId": null, "PropertyMap": {}},
         {"PropertyGroupId": "x", "PropertyMap": ["y"]},
         {"PropertyGroupId": "y", "PropertyMap": {}, "Comment": "z"}]""";

    assertThat(problems(json))
        .containsExactly(
            "Property 'a' in group 'window' must be a string but is null in the file x; leave it"
                + " out, and it has its default",
            "Property 'b' in group 'window' must be a string but is an object in the file x",
            "Property 'c' in group 'window' must be a string but is a list in the file x",
            "the file x must hold an object as its group 2 but holds a number",
            "the file x must have a string as PropertyGroupId of its group 3 but has null",
            "the file x must have an object as PropertyMap of its group 4 but has a list",
            "the file x has [Comment] in its group 5; a group has PropertyGroupId and PropertyMap"
                + " only");
  }

  @Test
  void c10ANumberOrABooleanIsTheTextThatItIsWrittenAs() {
    ConfigOption<Integer> lanes = ConfigOptions.key("lanes").intType().defaultValue(1);
    ConfigOption<Boolean> on = ConfigOptions.key("on").booleanType().defaultValue(false);
    PropertyGroup group = parse("{'lanes': 8, 'on': true}").group("window");

    assertThat(group.get(lanes)).isEqualTo(8);
    assertThat(group.get(on)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5 s", "1,5 s", "1 fortnight", "soon", "", "-1 s", "1 h 30 min"})
  void c10ADurationThatIsNoneIsToldItsForm(String value) {
    ApplicationProperties properties = parse("{'max-age': '%s'}".formatted(value));

    properties.group("window").get(AGE);

    assertThat(catchThrowableOfType(InvalidSettings.class, properties::check).problems())
        .containsExactly(
            ("Property 'max-age' in group 'window' cannot be read: '%s'. It must be an integer and"
                    + " a unit of d, h, min, s, ms, us or ns, as in '500 ms'")
                .formatted(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5 gb", "much", "1 box"})
  void c10ASizeThatIsNoneIsToldItsForm(String value) {
    ApplicationProperties properties = parse("{'max-bytes': '%s'}".formatted(value));

    properties.group("window").get(BYTES);

    assertThatThrownBy(properties::check)
        .hasMessage(
            "Property 'max-bytes' in group 'window' cannot be read: '%s'. It must be an integer and"
                + " a unit of b, kb, mb, gb or tb, as in '1536 mb'",
            value);
  }

  private static List<String> problems(String json) {
    return catchThrowableOfType(
            InvalidSettings.class, () -> ApplicationProperties.parse(json, "the file x"))
        .problems();
  }

  @Test
  void aSecretIsNotPrinted() {
    assertThat(new Secret("hunter2")).hasToString("***");
  }

  private static ApplicationProperties parse(String map) {
    return ApplicationProperties.parse(
        "[{\"PropertyGroupId\": \"window\", \"PropertyMap\": %s}]"
            .formatted(map.replace('\'', '"')),
        "the test");
  }
}
