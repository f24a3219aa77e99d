package io.rapidbyte.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.ingest.preflight.Finding.Severity;
import io.rapidbyte.testkit.batch.TestStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} says of transforms, before a row has come. */
final class TransformCheckTest {
  private static final String MODULES =
      Path.of(System.getProperty("rapidbyte.root", ".."))
          .resolve("modules/wasm")
          .toAbsolutePath()
          .toString();

  @TempDir private Path folder = Path.of("");

  /** Of a table with columns id (its key), name and big. */
  private Finding check(String mode, String transforms) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    String head =
        """
        version: 1
        pipeline: shop
        source: { postgres: { url: "postgres://u@h/d" } }
        streams: [{ table: public.people }]
        destinations: { warehouse: { duckdb: { path: shop.duckdb }%s } }
        transforms:
        """
            .formatted(mode);
    Files.writeString(file, head + transforms.replace("WASM", MODULES).indent(2));
    List<Finding> findings =
        TransformCheck.of(
            SpecFile.load(file, Map.of()), List.of(TestStream.simple("public", "people")));
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().subject()).isEqualTo("public.people");
    return findings.getFirst();
  }

  @Test
  void whatComesOutIsNamed() throws IOException {
    Finding good = check("", "- { rename: { name: title } }\n- { project: { drop: [big] } }");
    assertThat(good.severity()).isEqualTo(Severity.OK);
    assertThat(good.message()).isEqualTo("comes out with id, title");
  }

  @Test
  void aColumnThatTheTableLacksFailsWithThePlaceAndTheNearestOne() throws IOException {
    Finding missing = check("", "- { project: [id, nmae] }");
    assertThat(missing.isFailure()).isTrue();
    assertThat(missing.message()).contains("transforms[0].project", "nmae");
    assertThat(missing.mend()).contains("name");
  }

  @Test
  void aColumnThatAnEarlierTransformTookAwayIsMissing() throws IOException {
    Finding gone = check("", "- { rename: { name: title } }\n- { cast: { name: integer } }");
    assertThat(gone.message()).contains("transforms[1].cast", "name");
  }

  @Test
  void aModuleIsAskedForItsSchema() throws IOException {
    String mask = "- { module: WASM/c/mask-email.wasm, config: { columns: [%s] } }";
    assertThat(check("", mask.formatted("name")).severity()).isEqualTo(Severity.OK);
    Finding refused = check("", mask.formatted("email"));
    assertThat(refused.isFailure()).isTrue();
    assertThat(refused.message()).contains("email");
  }

  @Test
  void aLostKeyFailsWhereItIsNeeded() throws IOException {
    Finding needed = check("", "- { project: [name] }");
    assertThat(needed.isFailure()).isTrue();
    assertThat(needed.mend()).contains("mode: append at warehouse");
    assertThat(check(", mode: append", "- { project: [name] }").severity())
        .isEqualTo(Severity.INFO);
  }
}
