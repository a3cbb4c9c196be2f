package io.chromasync.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/**
 * {@code bin/cluster demo}: the {@link DemoScript} on a cluster of processes. All of it ends with
 * this process.
 */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Runs the demo of bin/demo with the job's jar on a JobManager and two TaskManagers, which",
      "end with the demo. Another cluster in --dir is not affected."
    })
final class ClusterDemo implements Callable<Integer> {

  private static final int TASK_MANAGERS = 2;
  private static final int PARALLELISM = 2;

  @Mixin private DemoScript script;

  @ParentCommand private Cluster cluster;

  @Override
  public Integer call() throws IOException {
    return script.run(cluster.conf(), this::start);
  }

  private Runnable start(Stage stage) throws IOException {
    ClusterProcesses processes =
        new ClusterProcesses(
            new ClusterProcesses.Settings(
                stage.folder().resolve("cluster"),
                cluster.conf(),
                Map.of(),
                Stage.CREDENTIALS,
                script.ports().ui()));
    try {
      processes.start(TASK_MANAGERS);
      Path config = stage.writeConfig(stage.servers().chroma());
      String jar = processes.jobs().upload(cluster.jar());
      List<String> arguments = List.of("--config", config.toString());
      processes.jobs().run(jar, new FlinkJobs.Run(arguments, PARALLELISM, null));
      stage.watch(processes);
      System.out.println("logs          " + processes.logs());
      return processes::close;
    } catch (IOException | RuntimeException e) {
      processes.close();
      throw e;
    }
  }
}
