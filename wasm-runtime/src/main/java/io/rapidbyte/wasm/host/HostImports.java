package io.rapidbyte.wasm.host;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.wasm.WasmModule;

/** The host's functions that a module imports. */
public final class HostImports {
  private HostImports() {}

  /** Of ABI v1 and of WASI, those that the module names. */
  public static List<ImportFunction> of(WasmModule module, HostState host) {
    Set<String> wanted = new HashSet<>();
    module.importSection().stream().forEach(i -> wanted.add(i.module() + "." + i.name()));
    List<HostFunction> all = new ArrayList<>(HostFunctions.of(host));
    all.addAll(WasiFunctions.of(host));
    List<ImportFunction> functions = new ArrayList<>();
    for (HostFunction function : all) {
      if (wanted.contains(function.module() + "." + function.name())) {
        functions.add(function);
      }
    }
    return functions;
  }
}
