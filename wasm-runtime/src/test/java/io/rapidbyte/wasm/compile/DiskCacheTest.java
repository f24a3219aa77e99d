package io.rapidbyte.wasm.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.ModuleBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskCacheTest {
  @TempDir private Path directory;
  private Path home = Path.of("");
  private final List<String> refused = new ArrayList<>();
  private final GuestModule module = load("small");

  private static GuestModule load(String id) {
    return GuestModule.load(
        ModuleBytes.transform().manifest(ModuleBytes.MANIFEST.replace("small", id)).build(),
        1 << 20);
  }

  @BeforeEach
  void place() {
    home = directory.resolve("cache");
  }

  private void compile(GuestModule what) throws IOException {
    DiskCache cache = DiskCache.open(home, (entry, why) -> refused.add(why));
    assertThat(new CompiledModules(Optional.of(cache)).compiled(what).factory()).isNotNull();
  }

  private List<Path> entries() throws IOException {
    try (var files = Files.list(home)) {
      return files.filter(f -> f.toString().endsWith(".code")).toList();
    }
  }

  private FileTime aged(Path entry) throws IOException {
    FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(entry, longAgo);
    return longAgo;
  }

  @Test
  void keepsCompiledCodeForItsOwnerAlone() throws IOException {
    compile(module);
    Path entry = entries().getFirst();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)))
        .isEqualTo("rw-------");
    FileTime before = aged(entry);
    compile(module);
    assertThat(Files.getLastModifiedTime(entry)).as("not written again").isEqualTo(before);
    assertThat(refused).isEmpty();
  }

  @Test
  void damagedCodeIsCompiledAgainAndNeverRun() throws IOException {
    compile(module);
    Path entry = entries().getFirst();
    byte[] code = Files.readAllBytes(entry);
    code[code.length / 2] ^= 1;
    Files.write(entry, code);
    FileTime before = aged(entry);
    compile(module);
    assertThat(refused).containsExactly("its contents are not what was written");
    assertThat(Files.getLastModifiedTime(entry)).isGreaterThan(before);
    compile(module);
    assertThat(refused).hasSize(1);
  }

  @Test
  void anotherModulesCodeUnderItsNameIsNotRun() throws IOException {
    compile(module);
    Path mine = entries().getFirst();
    compile(load("other"));
    Path others = entries().stream().filter(e -> !e.equals(mine)).findFirst().orElseThrow();
    Files.copy(others, mine, StandardCopyOption.REPLACE_EXISTING);
    compile(module);
    assertThat(refused).hasSize(1);
  }

  @Test
  void codeOfAnotherInstallationIsNotRun() throws IOException {
    compile(module);
    Files.write(home.resolve("key"), new byte[32]);
    compile(module);
    assertThat(refused).containsExactly("its contents are not what was written");
  }

  @Test
  void codeThatOthersMayWriteIsNotRun() throws IOException {
    compile(module);
    Files.setPosixFilePermissions(
        entries().getFirst(), PosixFilePermissions.fromString("rw-rw-rw-"));
    compile(module);
    assertThat(refused).containsExactly("others may write to it");
  }

  @Test
  void aLinkInPlaceOfCodeIsNotFollowed() throws IOException {
    compile(module);
    Path entry = entries().getFirst();
    Path moved = directory.resolve("elsewhere");
    Files.move(entry, moved);
    Files.createSymbolicLink(entry, moved);
    compile(module);
    assertThat(refused).containsExactly("it is no plain file");
    assertThat(Files.isSymbolicLink(entry)).as("replaced").isFalse();
  }

  @Test
  void anEmptyOrShortFileIsNoFault() throws IOException {
    compile(module);
    Files.write(entries().getFirst(), new byte[5]);
    compile(module);
    assertThat(refused).hasSize(1);
  }
}
