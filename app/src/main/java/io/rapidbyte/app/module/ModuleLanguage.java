package io.rapidbyte.app.module;

import io.rapidbyte.app.module.Toolchain.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A language that modules are written in: how it is known, and by which calls it is built. */
public enum ModuleLanguage {
  /** Through rustc alone: the SDK needs no other crate. */
  RUST(
      "rustup target add wasm32-unknown-unknown, or apt install rustc libstd-rust-dev-wasm32 lld",
      List.of("Cargo.toml", "src/lib.rs"),
      List.of(
          "Cargo.toml",
          "src/abi.rs",
          "src/batch.rs",
          "src/column.rs",
          "src/destination.rs",
          "src/digits.rs",
          "src/field.rs",
          "src/flat.rs",
          "src/host.rs",
          "src/json.rs",
          "src/lib.rs",
          "src/memory.rs",
          "src/schema.rs")) {
    @Override
    boolean owns(Path folder) {
      return Files.exists(folder.resolve("src/lib.rs"));
    }

    @Override
    Optional<List<String>> tool(Path folder) {
      return Toolchain.rustc();
    }

    @Override
    List<Call> calls(List<String> tool, Path folder, Path scratch, Path out) {
      List<String> rustc = new ArrayList<>(tool);
      rustc.addAll(List.of("--edition", "2021", "--target", "wasm32-unknown-unknown"));
      rustc.addAll(List.of("-C", "opt-level=z", "-C", "panic=abort", "-C", "codegen-units=1"));
      rustc.addAll(List.of("-C", "strip=debuginfo"));
      String library = scratch.resolve("librapidbyte.rlib").toString();
      return List.of(
          Call.of(rustc, "-C", "embed-bitcode=yes", "--crate-type", "rlib", "--crate-name")
              .and("rapidbyte", "-o", library, "sdk/src/lib.rs"),
          Call.of(rustc, "-C", "lto=fat", "--crate-type", "cdylib", "--crate-name", "module")
              .and("--extern", "rapidbyte=" + library, "-o", out.toString(), "src/lib.rs"));
    }

    @Override
    Optional<Map<String, String>> destination() {
      Map<String, String> files = new LinkedHashMap<>(template());
      files.remove("template/src/lib.rs");
      files.put("template/src/destination.rs", "src/lib.rs");
      return Optional.of(files);
    }
  },

  /** Compiled and linked apart, without a libc. */
  C(
      "apt install clang lld, brew install llvm lld, or https://releases.llvm.org",
      List.of("module.c"),
      List.of("rapidbyte.c", "rapidbyte.h", "rapidbyte_abi.h")) {
    private static final String DESTINATION = "rapidbyte_destination.c";

    @Override
    boolean owns(Path folder) {
      return Files.exists(folder.resolve("module.c"));
    }

    @Override
    Optional<List<String>> tool(Path folder) {
      return Toolchain.onPath("wasm-ld").flatMap(_ -> Toolchain.onPath("clang"));
    }

    @Override
    List<Call> calls(List<String> tool, Path folder, Path scratch, Path out) {
      List<Call> calls = new ArrayList<>();
      List<String> objects = new ArrayList<>();
      boolean destination = Files.exists(folder.resolve("sdk").resolve(DESTINATION));
      String sdk = "sdk/" + (destination ? DESTINATION : "rapidbyte.c");
      for (String source : List.of("module.c", sdk)) {
        String object = scratch.resolve(objects.size() + ".o").toString();
        objects.add(object);
        calls.add(
            Call.of(tool, "--target=wasm32", "-Oz", "-std=c11", "-Wall", "-Wextra")
                .and("-ffreestanding", "-mbulk-memory", "-msign-ext", "-Isdk")
                .and("-c", "-o", object, source));
      }
      calls.add(
          Call.of(List.of("wasm-ld"), "--no-entry", "--stack-first", "-z", "stack-size=65536")
              .and("--gc-sections", "--strip-debug", "-o", out.toString())
              .and(objects.toArray(String[]::new)));
      return calls;
    }

    @Override
    Optional<Map<String, String>> destination() {
      Map<String, String> files = new LinkedHashMap<>(template());
      files.remove("template/module.c");
      files.put("template/destination.c", "module.c");
      files.put("sdk/" + DESTINATION, "sdk/" + DESTINATION);
      files.put("sdk/rapidbyte_destination.h", "sdk/rapidbyte_destination.h");
      return Optional.of(files);
    }
  },

  /** As a WASI reactor. */
  GO(
      "Go 1.24 or later: https://go.dev/dl",
      List.of("main.go"),
      List.of(
          "batch.go",
          "builder.go",
          "column.go",
          "exports.go",
          "field.go",
          "flat.go",
          "host.go",
          "json.go",
          "schema.go")) {
    @Override
    boolean owns(Path folder) {
      return Files.exists(folder.resolve("main.go"));
    }

    @Override
    Optional<List<String>> tool(Path folder) {
      return Toolchain.onPath("go");
    }

    @Override
    List<Call> calls(List<String> tool, Path folder, Path scratch, Path out) {
      return List.of(
          Call.of(tool, "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared")
              .and("-ldflags=-s -w -buildid=", "-o", out.toString(), ".")
              .in(Map.of("GOOS", "wasip1", "GOARCH", "wasm", "CGO_ENABLED", "0")));
    }

    @Override
    Map<String, String> template() {
      Map<String, String> files = new LinkedHashMap<>(super.template());
      files.put("go.mod", "go.mod");
      return files;
    }
  },

  /** Zig 0.13, also where pip has brought it. */
  ZIG(
      "Zig 0.13: https://ziglang.org/download, or pip install ziglang==0.13.0",
      List.of("module.zig"),
      List.of(
          "batch.zig",
          "column.zig",
          "field.zig",
          "flat.zig",
          "host.zig",
          "json.zig",
          "memory.zig",
          "rapidbyte.zig",
          "schema.zig")) {
    @Override
    boolean owns(Path folder) {
      return Files.exists(folder.resolve("module.zig"));
    }

    @Override
    Optional<List<String>> tool(Path folder) {
      return Toolchain.onPath("zig").or(() -> Toolchain.cached("zig/bin/python", "-m", "ziglang"));
    }

    @Override
    List<Call> calls(List<String> tool, Path folder, Path scratch, Path out) {
      String cache = scratch.resolve("cache").toString();
      return List.of(
          Call.of(tool, "build-exe", "-target", "wasm32-freestanding")
              .and("-mcpu=mvp+bulk_memory+sign_ext+mutable_globals", "-O", "ReleaseSafe")
              .and("-fstrip", "-fno-entry", "-rdynamic", "--stack", "65536")
              .and("--cache-dir", cache, "--global-cache-dir", cache, "-femit-bin=" + out)
              .and("--dep", "rapidbyte", "-Mroot=module.zig")
              .and("-Mrapidbyte=sdk/rapidbyte.zig"));
    }
  },

  /** With the compiler of the folder's own {@code node_modules}, or another. */
  ASSEMBLYSCRIPT(
      "npm install, in the module's folder",
      List.of("package.json", "module.ts"),
      List.of(
          "batch.ts",
          "column.ts",
          "exports.ts",
          "field.ts",
          "flat.ts",
          "host.ts",
          "json.ts",
          "rapidbyte.ts",
          "schema.ts")) {
    @Override
    boolean owns(Path folder) {
      return Files.exists(folder.resolve("module.ts"));
    }

    @Override
    Optional<List<String>> tool(Path folder) {
      Path own = folder.resolve("node_modules/.bin/asc");
      return Files.isExecutable(own)
          ? Optional.of(List.of(own.toString()))
          : Toolchain.onPath("asc").or(() -> Toolchain.cached("asc/node_modules/.bin/asc"));
    }

    @Override
    List<Call> calls(List<String> tool, Path folder, Path scratch, Path out) {
      return List.of(
          Call.of(tool, "module.ts", "-o", out.toString(), "-O3z", "--runtime", "minimal")
              .and("--stackSize", "65536", "--disable", "simd,threads,reference-types")
              .and("--use", "abort=sdk/host/abort"));
    }
  };

  private final String install;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> sources;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> sdk;

  /**
   * A language.
   *
   * @param install what somebody does who lacks its compiler
   * @param sources that it begins with, in {@code modules/LANGUAGE/template}
   * @param sdk its files, in {@code modules/LANGUAGE/sdk}
   */
  ModuleLanguage(String install, List<String> sources, List<String> sdk) {
    this.install = install;
    this.sources = sources;
    this.sdk = sdk;
  }

  /** As {@code --lang} names it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String install() {
    return install;
  }

  /** The files that it adds to a new module: below {@code modules/LANGUAGE}, to their places. */
  Map<String, String> template() {
    Map<String, String> files = new LinkedHashMap<>();
    sources.forEach(file -> files.put("template/" + file, file));
    sdk.forEach(file -> files.put("sdk/" + file, "sdk/" + file));
    return files;
  }

  /** The same for a destination; empty where its SDK has no destinations. */
  Optional<Map<String, String>> destination() {
    return Optional.empty();
  }

  /** Whether a folder's sources are of it. */
  abstract boolean owns(Path folder);

  /** Its compiler, where there is one. */
  abstract Optional<List<String>> tool(Path folder);

  /**
   * The calls that build a folder, in their order.
   *
   * @param folder the module's
   * @param scratch a folder for what is not kept
   * @param out where the module is to be, still without its manifest
   */
  abstract List<Call> calls(List<String> tool, Path folder, Path scratch, Path out);

  /** The language of a folder's sources. */
  static Optional<ModuleLanguage> of(Path folder) {
    return Stream.of(values()).filter(each -> each.owns(folder)).findFirst();
  }
}
