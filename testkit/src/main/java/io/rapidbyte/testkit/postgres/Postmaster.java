package io.rapidbyte.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.testkit.process.Watchdog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One life of a server process over a data directory.
 *
 * <p>It runs in a session of its own, so that a terminal's Ctrl-C reaches us and not it; and it is
 * ended when this process is gone, however that came about.
 */
final class Postmaster {
  private static final Duration READY_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
  private static final List<String> READY = List.of("ready", "standby");
  private static final Duration POLL = Duration.ofMillis(10);
  private static final int STATUS_LINE = 7;
  private static final int SHOWN_LOG_BYTES = 2000;

  private final Process process;
  private final Watchdog watcher;

  private Postmaster(Process process, Watchdog watcher) {
    this.process = process;
    this.watcher = watcher;
  }

  /** Makes a new data directory. */
  static void initialize(PostgresBinaries binaries, Path data, String user) {
    Path log = data.resolveSibling(data.getFileName() + ".initdb.log");
    List<String> command = asPlainUser();
    command.addAll(
        List.of(binaries.program("initdb"), "-A", "trust", "-U", user, "-D", data.toString()));
    command.addAll(List.of("-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"));
    try {
      int code = start(command, log).waitFor();
      if (code != 0) {
        throw PostgresFailures.notStarted("initdb said: " + tail(log), null);
      }
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw PostgresFailures.notStarted(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PostgresFailures.notStarted("interrupted", e);
    }
  }

  /** Starts a server; returns when it accepts connections, after any crash recovery. */
  static Postmaster start(PostgresBinaries binaries, Path data) {
    Path log = data.resolve("server.log");
    List<String> command = inOwnSession(asPlainUser());
    command.addAll(List.of(binaries.program("postgres"), "-D", data.toString()));
    try {
      Process process = start(command, log);
      Watchdog watcher = Watchdog.over(process.pid(), "QUIT");
      Postmaster postmaster = new Postmaster(process, watcher);
      postmaster.awaitReady(data, log);
      return postmaster;
    } catch (IOException e) {
      throw PostgresFailures.notStarted(String.valueOf(e.getMessage()), e);
    }
  }

  private static Process start(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Postgres refuses to run as root; in a user namespace of its own it is not root. */
  private static List<String> asPlainUser() {
    boolean root = System.getProperty("user.name").equals("root");
    return new ArrayList<>(root && isLinux() ? List.of("unshare", "-U") : List.of());
  }

  private static List<String> inOwnSession(List<String> command) {
    if (isLinux()) {
      command.addFirst("setsid");
    }
    return command;
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  /** The server writes its state into the eighth line of postmaster.pid, as pg_ctl reads it. */
  private void awaitReady(Path data, Path log) throws IOException {
    Path file = data.resolve("postmaster.pid");
    long deadline = System.nanoTime() + READY_PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        watcher.close();
        throw PostgresFailures.notStarted("its log ends with: " + tail(log), null);
      }
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() > STATUS_LINE
            && lines.getFirst().strip().equals(Long.toString(process.pid()))
            && READY.contains(lines.get(STATUS_LINE).strip())) {
          return;
        }
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    kill9();
    throw PostgresFailures.notStarted(
        "it was not ready after " + READY_PATIENCE.toSeconds() + " s: " + tail(log), null);
  }

  private static String tail(Path log) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int from = Math.max(0, bytes.length - SHOWN_LOG_BYTES);
    return new String(bytes, from, bytes.length - from, UTF_8).strip();
  }

  /** Ends every session and writes what it has; where it does not obey, as {@link #abandon}. */
  void stop() {
    signal("-INT");
    if (!endsWithin(STOP_PATIENCE)) {
      abandon();
    }
    watcher.close();
  }

  /** Ends at once; the next start recovers as after a crash. */
  void abandon() {
    signal("-QUIT");
    if (!endsWithin(STOP_PATIENCE)) {
      process.destroyForcibly();
    }
    process.onExit().join();
    watcher.close();
  }

  /** SIGKILL for the server alone; returns when its sessions are gone as well. */
  void kill9() {
    List<ProcessHandle> sessions = process.descendants().toList();
    process.destroyForcibly();
    process.onExit().join();
    watcher.close();
    for (ProcessHandle session : sessions) {
      session.onExit().join();
    }
  }

  long pid() {
    return process.pid();
  }

  private boolean endsWithin(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  private void signal(String name) {
    if (!process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", name, Long.toString(process.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException("Postgres could not be signalled", e);
    }
  }
}
