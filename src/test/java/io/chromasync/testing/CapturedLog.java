package io.chromasync.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** Every line that is logged until this is closed, with its exception. Thread-safe. */
public final class CapturedLog implements AutoCloseable {

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final LoggerContext logging = (LoggerContext) LogManager.getContext(false);

  private CapturedLog() {}

  /**
   * Begins.
   *
   * @param logger whose lines are captured at this level, and those of the loggers below it
   */
  public static CapturedLog of(String logger, Level level) {
    CapturedLog log = new CapturedLog();
    Listener listener = new Listener(log.lines);
    listener.start();
    log.logging.getConfiguration().getRootLogger().addAppender(listener, Level.ALL, null);
    Configurator.setLevel(logger, level);
    return log;
  }

  public Queue<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    logging.reconfigure();
  }

  private static final class Listener extends AbstractAppender {

    private final Queue<String> lines;

    Listener(Queue<String> lines) {
      super("listener", null, null, true, Property.EMPTY_ARRAY);
      this.lines = lines;
    }

    @Override
    public void append(LogEvent event) {
      StringWriter line = new StringWriter();
      line.append(event.getMessage().getFormattedMessage());
      if (event.getThrown() != null) {
        event.getThrown().printStackTrace(new PrintWriter(line, true));
      }
      lines.add(line.toString());
    }
  }
}
