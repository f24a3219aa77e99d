package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.RapidbyteException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.ValType;

/**
 * Core wasm32 and nothing else: the first version with sign extension, saturating conversions and
 * bulk memory. What allocates outside of the memory (GC, growing tables) would be outside of the
 * memory limit too.
 */
final class Features {
  /** Entries of all tables together. */
  private static final long MAX_TABLE_ENTRIES = 100_000;

  private static final int BULK_PREFIX = 0xFC;
  private static final int GC_PREFIX = 0xFB;
  private static final int SIMD_PREFIX = 0xFD;
  private static final int THREADS_PREFIX = 0xFE;

  private Features() {}

  static void check(WasmModule module) {
    long entries = 0;
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      Table table = module.tableSection().getTable(i);
      if (!table.elementType().equals(ValType.FuncRef)) {
        throw refused("a table of " + table.elementType(), "keep such values in memory");
      }
      entries += table.limits().min();
    }
    if (entries > MAX_TABLE_ENTRIES) {
      throw refused(
          "tables of " + entries + " entries; at most " + MAX_TABLE_ENTRIES + " are taken",
          "make the module smaller");
    }
    int index = module.importSection().importCount();
    for (FunctionBody body : module.codeSection().functionBodies()) {
      check(module, index++, body);
    }
  }

  private static void check(WasmModule module, int function, FunctionBody body) {
    for (AnnotatedInstruction instruction : body.instructions()) {
      int code = instruction.opcode().opcode();
      String feature = feature(code);
      if (!feature.isEmpty()) {
        throw refused(
            feature
                + ": "
                + instruction.opcode()
                + " in function "
                + FunctionNames.of(module).name(function),
            fix(feature));
      }
    }
    for (ValType type : body.localTypes()) {
      if (!type.isNumeric()) {
        throw refused(
            "a variable of type " + type + " in " + FunctionNames.of(module).name(function),
            "build it for core wasm32");
      }
    }
  }

  /** What an instruction beyond core belongs to; empty for one of core. */
  private static String feature(int code) {
    if (code > 0xFF) {
      return switch (code >>> 8) {
        case SIMD_PREFIX -> "SIMD";
        case THREADS_PREFIX -> "threads";
        case GC_PREFIX -> "garbage collection";
        case BULK_PREFIX -> (code & 0xFF) == 0x0F ? "growing tables" : "";
        default -> "an unknown proposal";
      };
    }
    if ((code >= 0x06 && code <= 0x0A) || code == 0x18 || code == 0x19 || code == 0x1F) {
      return "exceptions";
    }
    if (code == 0x12 || code == 0x13 || code == 0x15) {
      return "tail calls";
    }
    if (code == 0x14 || (code >= 0xD3 && code <= 0xD6)) {
      return "typed function references";
    }
    return "";
  }

  private static String fix(String feature) {
    return switch (feature) {
      case "SIMD" -> "build it without SIMD: -mno-simd128, -C target-feature=-simd128";
      case "threads" -> "build it without threads: -mno-atomics, -C target-feature=-atomics";
      case "exceptions" -> "build it without exceptions: -fno-exceptions, panic = \"abort\"";
      case "tail calls" -> "build it without tail calls: -mno-tail-call";
      default -> "build it for core wasm32 (target cpu mvp or generic)";
    };
  }

  static RapidbyteException refused(String what, String fix) {
    return ModuleFaults.refused(
        ModuleFaults.UNSUPPORTED_FEATURE, "the module uses " + Printable.line(what, 300), fix);
  }
}
