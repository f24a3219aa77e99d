package io.rapidbyte.wasm.module;

import static io.rapidbyte.wasm.module.ModuleBytes.bytes;
import static io.rapidbyte.wasm.module.ModuleBytes.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.compile.CompiledModules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A module is judged before it runs, and the refusal says what to do. */
final class LoadTest {
  private static final int MAX = 1 << 20;

  private static ErrorInfo refusal(byte[] module) {
    RapidbyteException thrown =
        catchThrowableOfType(RapidbyteException.class, () -> GuestModule.load(module, MAX));
    assertThat(thrown).as("it was taken").isNotNull();
    assertThat(thrown.error().category()).isEqualTo(Category.CONFIG);
    assertThat(thrown.error().fix()).isNotEmpty();
    return thrown.error();
  }

  @Test
  void takesAModuleAndKnowsItByItsDigest() {
    byte[] bytes = ModuleBytes.transform().imports("rapidbyte_v1.log", "iii:").build();
    GuestModule module = GuestModule.load(bytes, MAX);
    assertThat(module.manifest().id()).isEqualTo("small");
    assertThat(module.manifest().drops()).isEqualTo(Drops.ROW);
    assertThat(module.manifest().permissions()).isEqualTo(Permission.NONE);
    assertThat(module.imports()).containsExactly("rapidbyte_v1.log");
    assertThat(module.digest()).hasSize(64).isEqualTo(GuestModule.load(bytes, MAX).digest());
    assertThat(module.size()).isEqualTo(bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "env.puts, i:i, 'imports env.puts'",
    "rapidbyte_v1.emitt, iiiii:, 'imports rapidbyte_v1.emitt'",
    "rapidbyte_v1.emit, ii:, 'imports rapidbyte_v1.emit as'",
    "wasi_snapshot_preview1.sock_accept, iii:i, 'imports wasi_snapshot_preview1.sock_accept'",
    "wasi_snapshot_preview1.path_unlink_file, iii:i, 'path_unlink_file'",
    "rapidbyte_v2.emit, iiiii:, 'imports rapidbyte_v2.emit'",
  })
  void namesAnImportThatItDoesNotHave(String name, String type, String says) {
    ErrorInfo error = refusal(ModuleBytes.transform().imports(name, type).build());
    assertThat(error.code()).isEqualTo(ModuleFaults.UNKNOWN_IMPORT);
    assertThat(error.message()).contains(says);
  }

  @Test
  void memoryIsNotTakenFromOutside() {
    ErrorInfo error = refusal(ModuleBytes.transform().importsMemory().build());
    assertThat(error.code()).isEqualTo(ModuleFaults.UNKNOWN_IMPORT);
    assertThat(error.message()).contains("env.memory (a memory)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rb_abi", "rb_alloc", "rb_free", "rb_open", "rb_close", "rb_transform"})
  void namesAnExportThatIsMissing(String export) {
    ErrorInfo error = refusal(ModuleBytes.transform().without(export).build());
    assertThat(error.code()).isEqualTo(ModuleFaults.MISSING_EXPORT);
    assertThat(error.message()).contains("does not export " + export);
  }

  @Test
  void anExportOfAnotherTypeIsMissing() {
    ErrorInfo error =
        refusal(ModuleBytes.transform().function("rb_open", "i:i", constant(0)).build());
    assertThat(error.code()).isEqualTo(ModuleFaults.MISSING_EXPORT);
    assertThat(error.message()).contains("rb_open").contains("it is");
  }

  @Test
  void aDestinationNeedsOtherExports() {
    String manifest = ModuleBytes.MANIFEST.replace("transform", "destination");
    ErrorInfo error = refusal(ModuleBytes.transform().manifest(manifest).build());
    assertThat(error.message()).contains("does not export rb_prepare");
  }

  @Test
  void refusesWhatIsNotCoreWasm32ByName() {
    assertThat(refusal(ModuleBytes.transform().memory(1, 4, 1).build()).message())
        .contains("memory64");
    assertThat(refusal(ModuleBytes.transform().memory(1, 3, 1, 2).build()).message())
        .contains("threads");
    assertThat(refusal(ModuleBytes.transform().memory(2, 0, 1, 0, 1).build()).message())
        .contains("multi-memory");
    byte[] simd = bytes(0x41, 0, 0xFD, 0x0F, 0x1A, 0x41, 0); // i8x16.splat, drop
    ErrorInfo error =
        refusal(ModuleBytes.transform().function("rb_transform", "iiii:i", simd).build());
    assertThat(error.code()).isEqualTo(ModuleFaults.UNSUPPORTED_FEATURE);
    assertThat(error.message()).contains("SIMD").contains("in function rb_transform");
    byte[] fence = bytes(0xFE, 0x03, 0, 0x41, 0); // atomic.fence
    assertThat(
            refusal(ModuleBytes.transform().function("rb_transform", "iiii:i", fence).build())
                .message())
        .contains("threads");
    byte[] tail = bytes(0x12, 0); // return_call rb_abi
    assertThat(refusal(ModuleBytes.transform().function("rb_close", ":i", tail).build()).message())
        .contains("tail calls");
  }

  @Test
  void aFunctionTooLargeToCompileIsRefusedAndNamed() {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    code.writeBytes(constant(1));
    for (int i = 0; i < 30_000; i++) {
      code.writeBytes(constant(100_000 + i));
      code.write(0x6A); // i32.add
    }
    GuestModule module =
        GuestModule.load(
            ModuleBytes.transform().function("rb_transform", "iiii:i", code.toByteArray()).build(),
            MAX);
    RapidbyteException thrown =
        catchThrowableOfType(
            RapidbyteException.class, () -> new CompiledModules(Optional.empty()).compiled(module));
    assertThat(thrown.error().code()).isEqualTo(ModuleFaults.FUNCTION_TOO_LARGE);
    assertThat(thrown.error().message()).contains("rb_transform");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 20_000})
  void blocksWithinBlocksAreCompiledOrRefused(int depth) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int i = 0; i < depth; i++) {
      code.writeBytes(bytes(0x02, 0x40)); // block
    }
    for (int i = 0; i < depth; i++) {
      code.write(0x0B);
    }
    code.writeBytes(constant(0));
    byte[] module =
        ModuleBytes.transform().function("rb_transform", "iiii:i", code.toByteArray()).build();
    try {
      new CompiledModules(Optional.empty()).compiled(GuestModule.load(module, MAX));
    } catch (RapidbyteException e) {
      assertThat(e.error().code()).startsWith("module/");
    }
  }

  @Test
  void aModuleAboveTheLimitIsNotEvenRead(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("large.wasm");
    Files.write(file, new byte[MAX + 1]);
    RapidbyteException thrown =
        catchThrowableOfType(RapidbyteException.class, () -> GuestModule.load(file, MAX));
    assertThat(thrown.error().code()).isEqualTo(ModuleFaults.TOO_LARGE);
    assertThat(thrown.error().fix()).contains("limits.module_size");
    assertThat(thrown.error().details()).containsEntry("module", file.toString());
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path directory) {
    Path file = directory.resolve("none.wasm");
    RapidbyteException thrown =
        catchThrowableOfType(RapidbyteException.class, () -> GuestModule.load(file, MAX));
    assertThat(thrown.error().code()).isEqualTo(ModuleFaults.UNREADABLE);
    assertThat(thrown.error().message()).contains("none.wasm");
  }

  @Test
  void aModuleWithoutManifestIsRefused() {
    ErrorInfo error = refusal(ModuleBytes.transform().manifest("").build());
    assertThat(error.code()).isEqualTo(ModuleFaults.NO_MANIFEST);
    assertThat(error.fix()).contains("rapidbyte module build");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"id\": \"a\"}",
        "{\"id\": \"A b\", \"version\": \"1\", \"role\": \"transform\"}",
        "{\"id\": \"a\", \"version\": \"1\", \"role\": \"source\"}",
        "{\"id\": \"a\", \"version\": \"1\", \"role\": \"transform\", \"drop\": \"row\"}",
        "{\"id\": \"a\", \"version\": \"1\", \"role\": \"transform\", \"drops\": \"rows\"}",
        "{\"id\": \"a\", \"id\": \"b\", \"version\": \"1\", \"role\": \"transform\"}",
        "{\"id\": \"a\", \"version\": \"1\", \"role\": \"transform\","
            + " \"permissions\": {\"files\": true}}",
        "{\"id\": \"a\", \"version\": \"1\", \"role\": \"transform\","
            + " \"permissions\": {\"http\": [\"ftp://x\"]}}",
        "{\"id\": \"a\", \"version\": \"1\", \"role\": \"transform\","
            + " \"limits\": {\"memory\": \"much\"}}",
      })
  void aManifestThatIsNotUnderstoodIsRefused(String manifest) {
    byte[] module =
        ModuleBytes.transform()
            .manifest("")
            .custom(Manifest.SECTION, manifest.getBytes(StandardCharsets.UTF_8))
            .build();
    assertThat(refusal(module).code()).isEqualTo(ModuleFaults.BAD_MANIFEST);
  }

  @Test
  void twoManifestsAreOneTooMany() {
    byte[] module =
        ModuleBytes.transform()
            .custom(Manifest.SECTION, ModuleBytes.MANIFEST.getBytes(StandardCharsets.UTF_8))
            .manifest("")
            .custom(Manifest.SECTION, ModuleBytes.MANIFEST.getBytes(StandardCharsets.UTF_8))
            .build();
    assertThat(refusal(module).code()).isEqualTo(ModuleFaults.BAD_MANIFEST);
  }

  @Test
  void packingAgainReplacesTheManifest() {
    byte[] once = ModuleBytes.transform().build();
    byte[] other = ModuleBytes.MANIFEST.replace("small", "other").getBytes(StandardCharsets.UTF_8);
    assertThat(GuestModule.load(ManifestPacker.pack(once, other), MAX).manifest().id())
        .isEqualTo("other");
    byte[] same = ModuleBytes.MANIFEST.getBytes(StandardCharsets.UTF_8);
    assertThat(ManifestPacker.pack(once, same)).isEqualTo(once);
  }

  @Test
  void damagedModulesAreRefusedAndNothingElse() {
    byte[] whole = ModuleBytes.transform().imports("rapidbyte_v1.log", "iii:").build();
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      byte[] cut =
          random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
      try {
        GuestModule.load(cut, MAX);
      } catch (RapidbyteException e) {
        assertThat(e.error().code()).startsWith("module/");
      }
    }
  }
}
