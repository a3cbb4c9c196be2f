package io.chromasync.ops;

import io.chromasync.config.InvalidSettings;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Command line of the tools: how they parse options and print errors. Exit code 2 and one sentence
 * for invalid input, with option, rule and value. Exit code 1 and one sentence for a later failure.
 * Never a stack trace.
 *
 * <p>{@link Options} has the rules for values.
 */
public final class Tool {

  /** System property: the file with the log of Flink and others, if they log to a file. */
  private static final String LOG = "chromasync.log";

  private static final String MORE = "; see --help";

  private Tool() {}

  /** Creates the command line of a command with picocli annotations. */
  public static CommandLine commandLine(Object command) {
    return new CommandLine(command)
        // A value that begins with @ is a literal, not an argument file.
        .setExpandAtFiles(false)
        // Width of the lines of descriptions.
        .setUsageHelpWidth(120)
        .registerConverter(Path.class, Tool::path)
        .registerConverter(String.class, Tool::text)
        .setParameterExceptionHandler(Tool::reject)
        .setExecutionExceptionHandler((failure, line, parsed) -> fail(failure, line));
  }

  /** Describes a failure in one sentence. */
  public static String sentence(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    // The message of these exceptions is only a file name.
    return failure instanceof FileSystemException file && file.getReason() == null
        ? "%s: %s".formatted(message, failure.getClass().getSimpleName())
        : message;
  }

  private static int fail(Exception failure, CommandLine line) {
    if (failure instanceof InvalidSettings invalid) {
      invalid.problems().forEach(line.getErr()::println);
      return line.getCommandSpec().exitCodeOnInvalidInput();
    }
    line.getErr().println(sentence(failure));
    String log = System.getProperty(LOG);
    if (log != null) {
      line.getErr().println("log           " + log);
    }
    return line.getCommandSpec().exitCodeOnExecutionException();
  }

  private static int reject(ParameterException invalid, String[] args) {
    CommandLine line = invalid.getCommandLine();
    // A misspelled option is reported before an option that is missing because of it.
    String sentence =
        invalid instanceof MissingParameterException
            ? unknown(line, args).orElseGet(() -> sentence(invalid))
            : sentence(invalid);
    line.getErr().println(sentence);
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static Optional<String> unknown(CommandLine line, String[] args) {
    return Stream.of(args)
        .filter(arg -> arg.startsWith("--"))
        .map(arg -> arg.replaceFirst("=.*", ""))
        .filter(name -> !line.getCommandSpec().optionsMap().containsKey(name))
        .findFirst()
        .map(name -> sentence(new UnmatchedArgumentException(line, List.of(name))));
  }

  private static String sentence(ParameterException invalid) {
    if (invalid instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      return "'%s' is unknown%s%s"
          .formatted(
              unmatched.getUnmatched().get(0),
              similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?",
              MORE);
    }
    if (invalid instanceof OverwrittenOptionException twice) {
      return "%s must be given once but was given again%s"
          .formatted(name(twice.getOverwritten()), MORE);
    }
    if (invalid instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      boolean isNamed = invalid.getMessage().startsWith("Missing required parameter for option");
      boolean oneOf = missing.getMissing().get(0).group() != null;
      return missing.getMissing().stream()
          .map(Tool::name)
          .collect(
              Collectors.joining(
                  oneOf ? " or " : " and ", "", isNamed ? " needs a value" : " must be given"))
          .concat(MORE);
    }
    ArgSpec argument = invalid.getArgSpec();
    return argument == null || invalid.getValue() == null
        ? invalid.getMessage()
        : "%s %s but was '%s'"
            .formatted(name(argument), rule(invalid, argument), invalid.getValue());
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String rule(ParameterException invalid, ArgSpec argument) {
    Class<?> type = argument.auxiliaryTypes()[0];
    if (type.isEnum()) {
      return "must be one of " + List.of(type.getEnumConstants());
    }
    boolean ours = type == Path.class || type == String.class;
    return ours && invalid.getCause() instanceof TypeConversionException broken
        ? broken.getMessage()
        : "must be " + (type == URI.class ? "a URL" : "an integer");
  }

  private static Path path(String value) {
    try {
      return Path.of(text(value));
    } catch (InvalidPathException e) {
      throw new TypeConversionException("must be the name of a file (%s)".formatted(e.getReason()));
    }
  }

  /** Checks a string: not blank, and without a tilde that a shell would have replaced. */
  private static String text(String value) {
    if (value.isBlank()) {
      throw new TypeConversionException("must not be empty");
    }
    if (value.equals("~") || value.startsWith("~/")) {
      throw new TypeConversionException(
          "must not begin with ~, which the shell did not replace (write \"$HOME\"),");
    }
    return value;
  }
}
