package io.chromasync.ops.audit;

import io.chromasync.ops.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of {@code bin/audit}. */
final class AuditOptions {

  @ArgGroup(multiplicity = "1")
  Subject subject;

  @Option(
      names = "--vectors",
      description = "Also compare vectors and documents, with those of the newest runs.")
  boolean vectors;

  @Option(
      names = "--repair",
      description = {
        "Request snapshots of exactly the differing partitions from the running job, then audit",
        "them again. What only a new run can supply is listed."
      })
  boolean repair;

  @Option(
      names = "--without-job",
      description = {
        "Compare the table and Chroma only: the newest runs are read from S3. For a job that is",
        "stopped."
      })
  boolean withoutJob;

  @Option(
      names = "--sample",
      paramLabel = "RECORDS",
      defaultValue = "300",
      description = "Records to search by their own vectors; 0 = none. Default: ${DEFAULT-VALUE}.")
  int sample;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Seed of the sample. Not given = random.")
  Long seed;

  @Option(
      names = "--read-units",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "Maximum read units of the table per second; 0 = no maximum (default).")
  int readUnits;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = {
        "Maximum wait for the job's next result, and for a repair to improve anything.",
        "Default: ${DEFAULT-VALUE}."
      })
  int timeout;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = {
        "Folder for what is read; an audit that was ended resumes from it. Not given = a temporary",
        "folder."
      })
  Path work;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
  Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Write the report as a web page.")
  Path html;

  /** Job to audit, or report to check. */
  static final class Subject {

    @Option(names = "--config", paramLabel = "FILE", description = "The job's settings.")
    Path config;

    @Option(
        names = "--check",
        paramLabel = "FILE",
        description = "Only check that a written report, JSON or page, was not changed.")
    Path check;
  }

  /** Rejects invalid values. */
  void check(CommandSpec command) {
    Options options = new Options(command);
    options.within(0, Integer.MAX_VALUE, "--sample", sample);
    options.within(0, Integer.MAX_VALUE, "--read-units", readUnits);
    options.positive("--timeout", timeout);
    options.check(
        !(repair && withoutJob),
        "--repair",
        "must not be given with --without-job, because the job repairs,",
        repair);
    writable(options, "--json", json);
    writable(options, "--html", html);
  }

  /** Rejects a file that could not be written after a long audit. */
  private static void writable(Options options, String option, Path file) {
    Path folder = file == null ? null : file.toAbsolutePath().getParent();
    options.check(
        file == null || (Files.isWritable(folder) && !Files.isDirectory(file)),
        option,
        "must be a file in a folder that can be written",
        file);
  }

  /** Returns the choices of the audit. */
  AuditRun.Choices choices() {
    return new AuditRun.Choices(
        sample,
        readUnits,
        repair,
        Duration.ofSeconds(timeout),
        seed == null ? ThreadLocalRandom.current().nextLong() : seed);
  }
}
