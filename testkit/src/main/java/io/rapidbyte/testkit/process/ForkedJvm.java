package io.rapidbyte.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with this one's class path and another main class.
 *
 * <p>Standard output and error go to one file. The child dies with this process, and with {@link
 * #close}. Methods may be called from any thread.
 */
public final class ForkedJvm implements AutoCloseable {
  private final Process process;
  private final Path output;
  private final Watchdog watchdog;

  private ForkedJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
    this.watchdog = Watchdog.over(process.pid(), "KILL");
  }

  /**
   * What to start.
   *
   * @param heap as for -Xmx, such as {@code 384m}
   * @param properties system properties, a failpoint among them
   */
  public record Options(
      String mainClass,
      List<String> arguments,
      String heap,
      Map<String, String> properties,
      Map<String, String> environment,
      List<String> jvmFlags) {
    public Options {
      arguments = List.copyOf(arguments);
      properties = Map.copyOf(properties);
      environment = Map.copyOf(environment);
      jvmFlags = List.copyOf(jvmFlags);
    }

    /** A main class with its arguments and a heap of 384 MiB. */
    public static Options of(String mainClass, String... arguments) {
      return new Options(mainClass, List.of(arguments), "384m", Map.of(), Map.of(), List.of());
    }

    /** The same with another heap. */
    public Options heap(String size) {
      return new Options(mainClass, arguments, size, properties, environment, jvmFlags);
    }

    /** The same with a system property. */
    public Options with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(properties);
      more.put(name, value);
      return new Options(mainClass, arguments, heap, more, environment, jvmFlags);
    }

    /** The same with an environment variable. */
    public Options withEnvironment(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(environment);
      more.put(name, value);
      return new Options(mainClass, arguments, heap, properties, more, jvmFlags);
    }

    /** The same with one more flag for the JVM. */
    public Options flag(String flag) {
      List<String> more = new ArrayList<>(jvmFlags);
      more.add(flag);
      return new Options(mainClass, arguments, heap, properties, environment, more);
    }

    /** The same, to halt or stall at a {@link io.rapidbyte.schemas.fault.Failpoint}. */
    public Options failingAt(String failpoint) {
      return with("fp", failpoint);
    }
  }

  /** Starts it; returns at once. */
  public static ForkedJvm start(Options options) {
    try {
      Path output = Files.createTempFile("rapidbyte-fork", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command(options))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(options.environment());
      return new ForkedJvm(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException("a JVM could not be forked", e);
    }
  }

  private static List<String> command(Options options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + options.heap());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options.jvmFlags());
    options.properties().forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(options.mainClass());
    command.addAll(options.arguments());
    return command;
  }

  /** The operating system's process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  public String output() {
    try {
      return Files.readString(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the output of a forked JVM cannot be read", e);
    }
  }

  /** Waits for its end; empty where it still runs after {@code patience}. */
  public OptionalInt waitFor(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** SIGKILL, and waits until it is gone. */
  public void kill9() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM: asks it to stop. */
  public void terminate() {
    process.destroy();
  }

  /** SIGSTOP: it stands still as it is. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT: it goes on. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      int code = new ProcessBuilder("kill", name, Long.toString(pid())).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill " + name + " " + pid() + " ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling", e);
    }
  }

  /** Kills it where it still runs, and removes its output. */
  @Override
  public void close() {
    kill9();
    watchdog.close();
    try {
      Files.deleteIfExists(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
