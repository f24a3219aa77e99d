package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.module.Sections.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;

/** Imports, exports and memory of a module, held against the ABI. */
final class ModuleCheck {
  private static final int MEMORY_SECTION = 5;
  private static final int SHARED = 2;
  private static final int WIDE = 4;

  private ModuleCheck() {}

  /** Before anything is parsed: what the parser would call malformed and is only unsupported. */
  static void memory(byte[] bytes, Sections sections) {
    for (Section section : sections.ofKind(MEMORY_SECTION).stream().toList()) {
      if (section.end() - section.body() < 2) {
        return; // the parser says why
      }
      int count = bytes[section.body()];
      if (count > 1 || count < 0) {
        throw Features.refused("more than one memory (multi-memory)", "link it with one memory");
      }
      int flags = bytes[section.body() + 1];
      if ((flags & WIDE) != 0) {
        throw Features.refused("a 64-bit memory (memory64)", "build it for wasm32");
      }
      if ((flags & SHARED) != 0) {
        throw Features.refused("a shared memory (threads)", "build it without threads and atomics");
      }
    }
  }

  static void imports(WasmModule module) {
    Map<String, FunctionType> host = Abi.host();
    Map<String, FunctionType> wasi = Abi.wasi();
    for (Import each : module.importSection().stream().toList()) {
      String name = each.module() + "." + each.name();
      if (!(each instanceof FunctionImport function)) {
        throw unknown(
            name + " (a " + each.importType().name().toLowerCase(java.util.Locale.ROOT) + ")",
            "define it in the module itself; only functions are imported");
      }
      Map<String, FunctionType> known =
          switch (each.module()) {
            case Abi.HOST -> host;
            case Abi.WASI -> wasi;
            default -> Map.of();
          };
      FunctionType expected = known.get(each.name());
      if (expected == null) {
        throw unknown(name, advice(each.module(), known));
      }
      FunctionType declared = module.typeSection().getType(function.typeIndex());
      if (!expected.equals(declared)) {
        throw unknown(
            name + " as " + declared, "declare it as " + expected + ", as the SDK's header does");
      }
    }
  }

  private static String advice(String importModule, Map<String, FunctionType> known) {
    return switch (importModule) {
      case Abi.HOST -> "ABI v1 has " + String.join(", ", known.keySet());
      case Abi.WASI ->
          "a guest has clock, random, standard error and exit, no files, sockets or processes;"
              + " leave out the library that needs it";
      case "env" ->
          "a function is declared and not defined: link the library that has it, or declare it as"
              + " an import of "
              + Abi.HOST;
      default -> "a module may import from " + Abi.HOST + " and " + Abi.WASI + " only";
    };
  }

  private static RapidbyteException unknown(String what, String fix) {
    return ModuleFaults.refused(
        ModuleFaults.UNKNOWN_IMPORT,
        "the module imports " + Printable.line(what, 200) + ", which this program does not have",
        fix);
  }

  static void exports(WasmModule module, Role role) {
    Map<String, FunctionType> types = Abi.exports();
    Map<String, Export> exports = new TreeMap<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      exports.put(export.name(), export);
    }
    Export memory = exports.get(Abi.MEMORY);
    if (memory == null || memory.exportType() != ExternalType.MEMORY) {
      throw missing(Abi.MEMORY, "its memory", "export it under that name");
    }
    List<String> needed = new ArrayList<>(Abi.ALWAYS);
    needed.addAll(role.exports());
    for (String name : needed) {
      FunctionType type = types.get(name);
      Export export = exports.get(name);
      if (export == null || export.exportType() != ExternalType.FUNCTION) {
        throw missing(
            name,
            "a function " + type,
            "define it; the SDK does so for a "
                + role.label()
                + ", and the linker must be told to export it");
      }
      FunctionType found = functionType(module, export.index());
      if (!found.equals(type)) {
        throw missing(name, "a function " + type + " (it is " + found + ")", "declare it so");
      }
    }
  }

  private static FunctionType functionType(WasmModule module, int index) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    if (index >= imported) {
      return module.functionSection().getFunctionType(index - imported, module.typeSection());
    }
    List<FunctionImport> functions =
        module.importSection().stream()
            .filter(FunctionImport.class::isInstance)
            .map(FunctionImport.class::cast)
            .toList();
    return module.typeSection().getType(functions.get(index).typeIndex());
  }

  private static RapidbyteException missing(String name, String what, String fix) {
    return ModuleFaults.refused(
        ModuleFaults.MISSING_EXPORT, "the module does not export " + name + ", " + what, fix);
  }
}
