package io.chromasync.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Exclusive lock of a process on a local folder. An operating-system lock on the file {@code
 * .owner} is released when the process ends, however it ends. For humans, the file contains the
 * owner and the start of its ownership.
 *
 * <p>A folder can be handed over to a process that takes no lock, such as Flink's. It then belongs
 * to that process as long as the process runs.
 */
public final class FolderLock implements AutoCloseable {

  private static final String FILE = ".owner";

  /**
   * Folders locked by this JVM: a second channel to a locked file would release the lock when
   * closed.
   */
  private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Signals that another process, or another part of this process, has the folder. */
  public static final class InUse extends Exception {

    private static final long serialVersionUID = 1;

    private InUse(Owner owner) {
      super(
          owner == null
              ? "a process of unknown id has it"
              : "process %s has had it since %s".formatted(owner.pid, owner.since));
    }

    /** Creates the exception for a process that has had the folder since its start. */
    static InUse by(ProcessHandle process) {
      Instant start = process.info().startInstant().orElse(Instant.EPOCH);
      return new InUse(Owner.of(process, start));
    }
  }

  /**
   * Locks a folder, which must exist.
   *
   * @param now time to show to other processes
   * @throws InUse if the folder is locked already
   * @throws IOException if the file cannot be written
   */
  public static FolderLock take(Path folder, Instant now) throws IOException, InUse {
    Path real = folder.toRealPath();
    if (!HERE.add(real)) {
      throw new InUse(new Owner(ProcessHandle.current().pid(), 0, "before"));
    }
    FolderLock lock = null;
    try {
      lock = new FolderLock(real, open(real));
      lock.claim(now);
      return lock;
    } catch (IOException | InUse | RuntimeException e) {
      HERE.remove(real);
      if (lock != null) {
        lock.channel.close();
      }
      throw e;
    }
  }

  /** Hands the folder over to another process when this lock is closed. */
  public void leaveTo(ProcessHandle process, Instant now) throws IOException {
    write(Owner.of(process, now).line());
  }

  /** Releases the folder, unless it was handed over to another process. */
  @Override
  public void close() throws IOException {
    Optional<Owner> owner = read();
    if (owner.isPresent() && owner.get().pid == ProcessHandle.current().pid()) {
      write("");
    }
    channel.close();
    HERE.remove(folder);
  }

  private void claim(Instant now) throws IOException, InUse {
    FileLock lock = tryLock();
    Optional<Owner> owner = read();
    if (lock == null || owner.filter(Owner::runs).isPresent()) {
      throw new InUse(owner.orElse(null));
    }
    write(Owner.of(ProcessHandle.current(), now).line());
  }

  private FileLock tryLock() throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException ofThisProcess) {
      return null;
    }
  }

  private Optional<Owner> read() throws IOException {
    ByteBuffer text = ByteBuffer.allocate((int) Math.min(channel.size(), 1024));
    channel.read(text, 0);
    return Owner.parse(new String(text.array(), StandardCharsets.UTF_8));
  }

  private void write(String text) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static FileChannel open(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(FILE),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  /**
   * Owner of a folder.
   *
   * @param started start of the process in milliseconds, which distinguishes it from a later
   *     process with the same id
   * @param since start of the ownership, for humans
   */
  private record Owner(long pid, long started, String since) {

    static Owner of(ProcessHandle process, Instant since) {
      return new Owner(
          process.pid(), startMillis(process), since.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Parses the file; returns empty if the text is invalid or incomplete. */
    static Optional<Owner> parse(String text) {
      String[] parts = text.strip().split(" ", -1);
      if (parts.length != 3 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("\\d{1,18}")) {
        return Optional.empty();
      }
      return Optional.of(new Owner(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]));
    }

    String line() {
      return "%s %s %s\n".formatted(pid, started, since);
    }

    boolean runs() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> startMillis(process) == started)
          .isPresent();
    }

    private static long startMillis(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }
}
