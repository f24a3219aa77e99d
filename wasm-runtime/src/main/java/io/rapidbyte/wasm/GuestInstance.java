package io.rapidbyte.wasm;

import io.rapidbyte.wasm.compile.CompiledModules.Compiled;
import io.rapidbyte.wasm.host.GuestMemory;
import io.rapidbyte.wasm.host.HostImports;
import io.rapidbyte.wasm.host.HostState;
import io.rapidbyte.wasm.module.Abi;
import io.rapidbyte.wasm.module.ModuleFaults;
import java.util.function.Function;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.MemoryLimits;

/** One instance of a module, alive. All of it happens on the guest's thread. */
final class GuestInstance {
  private final Instance instance;
  private final GuestMemory memory;

  private GuestInstance(Instance instance, GuestMemory memory) {
    this.instance = instance;
    this.memory = memory;
  }

  /** Makes one, which runs its start function, and asks for its ABI. */
  static GuestInstance start(
      Compiled compiled, HostState host, Function<MemoryLimits, Memory> memoryOf) {
    ImportValues imports =
        ImportValues.builder()
            .withFunctions(HostImports.of(compiled.module().parsed(), host))
            .build();
    Instance instance =
        Instance.builder(compiled.module().parsed())
            .withImportValues(imports)
            .withMachineFactory(compiled.factory())
            .withMemoryFactory(memoryOf)
            .withStart(false)
            .build();
    if (!(instance.memory() instanceof GuestMemory memory)) {
      throw new IllegalStateException("the engine took another memory");
    }
    GuestInstance started = new GuestInstance(instance, memory);
    started.initialize();
    return started;
  }

  private void initialize() {
    if (exports("_initialize")) {
      instance.export("_initialize").apply();
    }
    int abi = (int) instance.export("rb_abi").apply()[0];
    if (abi != Abi.VERSION) {
      throw ModuleFaults.refused(
          ModuleFaults.WRONG_ABI,
          "the module speaks ABI " + abi + ", this program ABI " + Abi.VERSION,
          "build it with an SDK for ABI " + Abi.VERSION);
    }
  }

  private boolean exports(String function) {
    var section = instance.module().exportSection();
    for (int i = 0; i < section.exportCount(); i++) {
      if (section.getExport(i).name().equals(function)) {
        return section.getExport(i).exportType() == ExternalType.FUNCTION;
      }
    }
    return false;
  }

  /** Calls a function that takes byte strings, each as pointer and length. */
  int call(String function, byte[]... arguments) {
    long[] values = new long[arguments.length * 2];
    for (int i = 0; i < arguments.length; i++) {
      values[2 * i] = copyIn(arguments[i]);
      values[2 * i + 1] = arguments[i].length;
    }
    int answer = (int) instance.export(function).apply(values)[0];
    for (int i = arguments.length - 1; i >= 0; i--) {
      instance.export("rb_free").apply(values[2 * i], values[2 * i + 1]);
    }
    return answer;
  }

  private int copyIn(byte[] bytes) {
    int pointer = (int) instance.export("rb_alloc").apply(bytes.length)[0];
    if (pointer == 0 && bytes.length > 0) {
      throw new GuestOutOfMemory(bytes.length);
    }
    memory.write(pointer, bytes, 0, bytes.length);
    return pointer;
  }

  /** {@code rb_alloc} gave nothing. */
  static final class GuestOutOfMemory extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GuestOutOfMemory(int bytes) {
      super("rb_alloc had no " + bytes + " bytes");
    }
  }
}
