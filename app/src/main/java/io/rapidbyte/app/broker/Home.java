package io.rapidbyte.app.broker;

import java.nio.file.Path;
import java.util.Map;

/** The folder that an embedded broker and the processes that use it share. */
public record Home(Path folder) {

  /** {@code RAPIDBYTE_HOME}, or {@code ~/.rapidbyte}. */
  public static Home ofUser(Map<String, String> environment) {
    String set = environment.getOrDefault("RAPIDBYTE_HOME", "");
    return new Home(
        set.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".rapidbyte")
            : Path.of(set).toAbsolutePath());
  }

  /** Held by the process that owns the broker, for as long as it lives. */
  Path lock() {
    return folder.resolve("broker.lock");
  }

  /** Where the owner writes the broker's address. */
  Path address() {
    return folder.resolve("broker.address");
  }

  /** The broker's data. */
  Path data() {
    return folder.resolve("kafka");
  }

  /** Where modules are kept as they were compiled; for their owner's eyes. */
  public Path modules() {
    return folder.resolve("modules");
  }

  /** Where each process of a running pipeline says how to reach it, in a file of its own. */
  public Path running(String pipeline) {
    return folder.resolve("running").resolve(pipeline);
  }
}
