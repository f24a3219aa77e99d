package io.rapidbyte.wasm.conformance;

import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.module.GuestModule;
import java.nio.file.Files;
import java.nio.file.Path;

/** A language with an SDK, and its modules as they are committed. */
enum Language {
  C,
  RUST,
  ZIG,
  ASSEMBLYSCRIPT,
  GO;

  static final Path MODULES = Path.of("..", "modules", "wasm");

  private Path folder() {
    return MODULES.resolve(name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Whether its modules are there. */
  boolean isBuilt() {
    return Files.isDirectory(folder());
  }

  Path file(String module) {
    return folder().resolve(module + ".wasm");
  }

  GuestModule module(String name) {
    return GuestModule.load(file(name), Limits.DEFAULT.moduleBytes());
  }
}
