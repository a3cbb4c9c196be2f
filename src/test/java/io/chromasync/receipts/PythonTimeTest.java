package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Held against what CPython said of thousands of texts, which {@code fromisoformat.py} wrote. */
class PythonTimeTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void c07EveryTimeIsReadAsPythonReadsItAndNoneBesides() throws Exception {
    List<String> differ = new ArrayList<>();
    int accepted = 0;
    int refused = 0;
    for (String line : Resources.read("/python/fromisoformat.txt").lines().skip(1).toList()) {
      String[] both = line.split(" ", 2);
      String text = text(both[1]);
      String read = micros(text);
      if (!read.equals(both[0])) {
        differ.add("%s: CPython %s, here %s".formatted(both[1], both[0], read));
      }
      accepted += both[0].equals("-") ? 0 : 1;
      refused += both[0].equals("-") ? 1 : 0;
    }

    assertThat(differ).isEmpty();
    assertThat(accepted).isGreaterThan(1_000);
    assertThat(refused).isGreaterThan(1_000);
  }

  private static String text(String json) throws JsonProcessingException {
    return JSON.readValue(json, String.class);
  }

  private static String micros(String text) {
    try {
      Instant time = IsoTime.parse(text);
      return Long.toString(time.getEpochSecond() * 1_000_000 + time.getNano() / 1000);
    } catch (DateTimeException none) {
      return "-";
    }
  }
}
