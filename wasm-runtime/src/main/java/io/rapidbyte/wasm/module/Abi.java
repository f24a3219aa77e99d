package io.rapidbyte.wasm.module;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** The functions that guest and host have for each other, ABI v1, by name and type. */
public final class Abi {
  /** What {@code rb_abi} answers. */
  public static final int VERSION = 1;

  /** The import module of the host's functions. */
  public static final String HOST = "rapidbyte_v1";

  /** The import module of WASI preview 1. */
  public static final String WASI = "wasi_snapshot_preview1";

  /** The export that is the guest's memory. */
  public static final String MEMORY = "memory";

  /** The host's functions: a letter a value, {@code i} 32 bits, {@code l} 64, {@code d} double. */
  private static final Map<String, String> IMPORTS =
      Map.of(
          "emit", "iiiii:",
          "reject", "iii:",
          "error", "ii:",
          "log", "iii:",
          "metric", "iiid:",
          "state_get", "iiii:i",
          "state_put", "iiiil:",
          "state_delete", "ii:",
          "cancelled", ":i",
          "http", "iiii:i");

  private static final Map<String, String> EXPORTS =
      Map.ofEntries(
          Map.entry("rb_abi", ":i"),
          Map.entry("rb_alloc", "i:i"),
          Map.entry("rb_free", "ii:"),
          Map.entry("rb_open", "ii:i"),
          Map.entry("rb_close", ":i"),
          Map.entry("rb_schema", "ii:i"),
          Map.entry("rb_transform", "iiii:i"),
          Map.entry("rb_prepare", "ii:i"),
          Map.entry("rb_resume", "ii:i"),
          Map.entry("rb_begin", "ii:i"),
          Map.entry("rb_write", "iiii:i"),
          Map.entry("rb_commit", "ii:i"),
          Map.entry("rb_abort", "ii:i"));

  /** Functions of every module, whatever its role. */
  static final List<String> ALWAYS =
      List.of("rb_abi", "rb_alloc", "rb_free", "rb_open", "rb_close");

  /**
   * The part of WASI that may be imported. Clock, random, output and exit work; whatever asks for
   * files or for waiting answers that there is nothing.
   */
  private static final Map<String, String> WASI_IMPORTS =
      Map.ofEntries(
          Map.entry("args_get", "ii:i"),
          Map.entry("args_sizes_get", "ii:i"),
          Map.entry("clock_res_get", "ii:i"),
          Map.entry("clock_time_get", "ili:i"),
          Map.entry("environ_get", "ii:i"),
          Map.entry("environ_sizes_get", "ii:i"),
          Map.entry("fd_close", "i:i"),
          Map.entry("fd_fdstat_get", "ii:i"),
          Map.entry("fd_fdstat_set_flags", "ii:i"),
          Map.entry("fd_filestat_get", "ii:i"),
          Map.entry("fd_prestat_dir_name", "iii:i"),
          Map.entry("fd_prestat_get", "ii:i"),
          Map.entry("fd_read", "iiii:i"),
          Map.entry("fd_seek", "ilii:i"),
          Map.entry("fd_write", "iiii:i"),
          Map.entry("path_filestat_get", "iiiii:i"),
          Map.entry("path_open", "iiiiillii:i"),
          Map.entry("poll_oneoff", "iiii:i"),
          Map.entry("proc_exit", "i:"),
          Map.entry("random_get", "ii:i"),
          Map.entry("sched_yield", ":i"));

  private Abi() {}

  /** The functions of {@link #HOST}, by name. */
  public static Map<String, FunctionType> host() {
    return types(IMPORTS);
  }

  /** The functions of {@link #WASI}, by name. */
  public static Map<String, FunctionType> wasi() {
    return types(WASI_IMPORTS);
  }

  /** The functions that the host may call, by name. */
  static Map<String, FunctionType> exports() {
    return types(EXPORTS);
  }

  private static Map<String, FunctionType> types(Map<String, String> letters) {
    Map<String, FunctionType> types = new TreeMap<>();
    letters.forEach((name, text) -> types.put(name, type(text)));
    return types;
  }

  private static FunctionType type(String letters) {
    int colon = letters.indexOf(':');
    return FunctionType.of(
        values(letters.substring(0, colon)), values(letters.substring(colon + 1)));
  }

  private static List<ValType> values(String letters) {
    return letters.chars().mapToObj(Abi::value).toList();
  }

  private static ValType value(int letter) {
    return switch (letter) {
      case 'i' -> ValType.I32;
      case 'l' -> ValType.I64;
      case 'd' -> ValType.F64;
      default -> throw new IllegalArgumentException("no type " + (char) letter);
    };
  }
}
