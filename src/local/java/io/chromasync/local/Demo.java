package io.chromasync.local;

import io.chromasync.ops.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code bin/demo}: the {@link DemoScript} on {@code bin/job}, a Flink in one process.
 *
 * <p>Exit codes of {@code --once}: 0 only if every Chroma record agrees with the table and every
 * run is told to be completed.
 */
@Command(
    name = "bin/demo",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Starts DynamoDB Local, an S3 server, a Chroma server and the job with Flink's web UI, loads",
      "sample receipts, embeds them, and edits them until Ctrl-C."
    })
public final class Demo implements Callable<Integer> {

  @Mixin private DemoScript script;

  @Option(names = "--conf", hidden = true, defaultValue = "${sys:chromasync.conf:-flink-conf}")
  private Path conf;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  static CommandLine commandLine() {
    return Tool.commandLine(new Demo());
  }

  @Override
  public Integer call() throws IOException {
    return script.run(
        conf,
        stage -> {
          stage.startJob();
          System.out.println("job's log     " + stage.state().resolve("job.log"));
          return stage.job()::close;
        });
  }
}
