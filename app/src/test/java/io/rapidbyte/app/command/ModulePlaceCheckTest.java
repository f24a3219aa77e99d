package io.rapidbyte.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} says of modules, each with what to do. */
final class ModulePlaceCheckTest {
  private static final Path MODULES =
      Path.of(System.getProperty("rapidbyte.root", "..")).resolve("modules/wasm").toAbsolutePath();

  @TempDir private Path folder = Path.of("");

  private List<Finding> check(String transforms) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    String head =
        """
        version: 1
        pipeline: shop
        source: { postgres: { url: "postgres://u@h/d" } }
        streams: [{ table: public.people }]
        transforms:
        """;
    Files.writeString(file, head + transforms.replace("WASM", MODULES.toString()).indent(2));
    return ModulePlaceCheck.of(SpecFile.load(file, Map.of("SIZE", "hunter2")));
  }

  private Finding only(String transforms) throws IOException {
    List<Finding> findings = check(transforms);
    assertThat(findings).hasSize(1);
    return findings.getFirst();
  }

  @Test
  void namesEachModuleThatCanBeUsed() throws IOException {
    Files.copy(MODULES.resolve("rust/mask-email.wasm"), folder.resolve("mask.wasm"));
    List<Finding> findings =
        check(
            """
            - { module: mask.wasm }
            - { project: [id, email] }
            - { module: WASM/c/dedupe.wasm, config: { columns: [email] }, allow: { state: true } }
            """);
    assertThat(findings).noneMatch(Finding::isFailure).hasSize(2);
    assertThat(findings.getFirst().message()).matches("is mask-email 1\\.0\\.0 \\([0-9a-f]{12}\\)");
    assertThat(findings.getLast().subject()).isEqualTo("transforms[2].module");
  }

  @Test
  void saysWhatToDoAboutEachThatCannot() throws IOException {
    Finding missing = only("- { module: no-such.wasm }");
    assertThat(missing.code()).isEqualTo("module/unreadable");
    assertThat(missing.message()).contains(folder.resolve("no-such.wasm").toString());
    assertThat(missing.mend()).contains("relative one begins at the pipeline's file");

    Files.writeString(folder.resolve("text.wasm"), "no module");
    assertThat(only("- { module: text.wasm }").code()).isEqualTo("module/malformed");

    Finding refused = only("- { module: WASM/c/dedupe.wasm, config: { columns: [email] } }");
    assertThat(refused.code()).isEqualTo("module/not-allowed");
    assertThat(refused.mend()).contains("allow: { state: true }");

    Finding mistaken = only("- { module: WASM/c/mask-email.wasm, config: { colums: [email] } }");
    assertThat(mistaken.code()).isEqualTo("module/bad-config");
    assertThat(mistaken.message()).contains("colums");
    assertThat(mistaken.mend()).contains("module inspect");
  }

  @Test
  void showsNoValueThatAReferenceLeadsTo() throws IOException {
    Finding secret =
        only(
            """
            - module: WASM/c/dedupe.wasm
              config: { columns: [email], window_s: "${env:SIZE}" }
              allow: { state: true }
            """);
    assertThat(secret.code()).isEqualTo("module/bad-config");
    assertThat(secret.message()).doesNotContain("hunter2");
  }

  private Optional<ErrorInfo> destination(String settings) throws IOException {
    Path file = folder.resolve("destination.yaml");
    Files.writeString(
        file,
        """
        version: 1
        pipeline: shop
        source: { postgres: { url: "postgres://u@h/d" } }
        streams: [{ table: public.* }]
        destinations:
          crm: { module: %s }
        """
            .formatted(settings.replace("WASM", MODULES.toString())));
    PipelineSpec spec = SpecFile.load(file, Map.of("TOKEN", "hunter2"));
    return DestinationCheck.of(spec, spec.destinations().getFirst());
  }

  private ErrorInfo refusal(String settings) throws IOException {
    return destination(settings).orElseThrow();
  }

  @Test
  void judgesAModuleThatIsADestination() throws IOException {
    String url = "config: { url: \"https://api.example.com/in\" }";
    String allow = "allow: { http: [\"https://api.example.com\"] }";
    assertThat(destination("WASM/c/http-post.wasm, " + url + ", " + allow)).isEmpty();

    ErrorInfo mute = refusal("WASM/rust/http-post.wasm, " + url);
    assertThat(mute.code()).isEqualTo("module/not-allowed");
    assertThat(mute.fix()).contains("allow: { http:");

    ErrorInfo transform = refusal("WASM/c/mask-email.wasm, config: { columns: [email] }");
    assertThat(transform.code()).isEqualTo("module/wrong-role");
    assertThat(transform.fix()).contains("under transforms");

    assertThat(refusal("WASM/c/http-post.wasm, " + allow).code()).isEqualTo("module/bad-config");

    ErrorInfo secret =
        refusal(
            "WASM/c/http-post.wasm, "
                + allow
                + ", config: { url: \"https://api.example.com\", headers: \"${env:TOKEN}\" }");
    assertThat(secret.code()).isEqualTo("module/bad-config");
    assertThat(secret.toString()).doesNotContain("hunter2");
  }
}
