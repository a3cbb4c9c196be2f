package io.chromasync.ops.audit;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Text of a web page, which is also well-formed XML. Not thread-safe. */
final class Html {

  private final StringBuilder text = new StringBuilder();

  /** Escapes text for XML: names and values come from outside. */
  static String escaped(String text) {
    return text == null
        ? ""
        : text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;")
            .replace("'", "&#39;");
  }

  /** Returns a number with separators. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns a value as JSON, or that there is none. */
  static String shown(String json) {
    return json == null ? "none" : json;
  }

  /** Appends markup. */
  Html append(String markup) {
    text.append(markup);
    return this;
  }

  /** Appends a paragraph of text. */
  void paragraph(String content) {
    append("<p>%s</p>".formatted(escaped(content)));
  }

  /** Appends a term and its value to a list of terms. */
  void term(String name, String value) {
    append("<dt>%s</dt><dd>%s</dd>".formatted(name, escaped(value)));
  }

  /** Column of a table; its type is the class of its cells. */
  record Column<T>(String title, String type, Function<T, String> value) {}

  /** Appends a table. */
  <T> void table(List<Column<T>> columns, List<T> rows) {
    append("<div class=\"scroll\"><table><thead><tr>");
    columns.forEach(
        each -> append("<th class=\"%s\">%s</th>".formatted(each.type(), each.title())));
    append("</tr></thead><tbody>\n");
    for (T row : rows) {
      append("<tr>");
      for (Column<T> each : columns) {
        append("<td class=\"%s\">%s</td>".formatted(each.type(), escaped(each.value().apply(row))));
      }
      append("</tr>\n");
    }
    append("</tbody></table></div>\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
