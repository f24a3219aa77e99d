package io.rapidbyte.app.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms, and what the ground floor must not know. */
final class HouseTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.rapidbyte");

  @Test
  void arrowsPointDown() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("app")
        .definedBy("io.rapidbyte.app..")
        .layer("cdc-ingest")
        .definedBy("io.rapidbyte.ingest..")
        .layer("stream-processor")
        .definedBy("io.rapidbyte.processor..")
        .layer("sink-runner")
        .definedBy("io.rapidbyte.sink..")
        .layer("wasm-runtime")
        .definedBy("io.rapidbyte.wasm..")
        .layer("testkit")
        .definedBy("io.rapidbyte.testkit..")
        .layer("schemas")
        .definedBy("io.rapidbyte.schemas..")
        .whereLayer("app")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cdc-ingest")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("stream-processor")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("sink-runner")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("wasm-runtime")
        .mayOnlyBeAccessedByLayers("app", "cdc-ingest", "stream-processor", "sink-runner")
        .whereLayer("testkit")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("schemas")
        .mayNotAccessAnyLayer()
        .check(HOUSE);
  }

  @Test
  void theVocabularyDoesNoIo() {
    noClasses()
        .that()
        .resideInAPackage("io.rapidbyte.schemas..")
        .and()
        .resideOutsideOfPackage("io.rapidbyte.schemas.fault..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net..",
            "java.sql..",
            "java.util.concurrent..",
            "org.apache.kafka..",
            "org.postgresql..",
            "org.duckdb..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            java.io.File.class,
            java.io.FileInputStream.class,
            java.io.FileOutputStream.class,
            java.nio.file.Files.class,
            java.nio.channels.FileChannel.class,
            java.time.Clock.class,
            Thread.class)
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(HOUSE);
  }

  @Test
  void kafkaStaysOutOfWasm() {
    noClasses()
        .that()
        .resideInAPackage("io.rapidbyte.wasm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void onlyTheAppKnowsTheCommandLineTheServerAndTheMeters() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.rapidbyte.app..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "io.javalin..", "io.micrometer..")
        .check(HOUSE);
  }

  @Test
  void onlyItsEngineKnowsDebezium() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.rapidbyte.ingest.debezium..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.debezium..", "org.apache.kafka.connect..")
        .check(HOUSE);
  }

  @Test
  void nobodyKeepsMutableStateInStaticFields() {
    com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAPackage("io.rapidbyte..")
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage("io.rapidbyte.schemas.fault..")
        .should()
        .beFinal()
        .check(HOUSE);
  }

  /** A room of several packages may throw its own from one to the other, and no further. */
  @Test
  void failuresAreOursFromRoomToRoom() {
    DescribedPredicate<JavaClass> own =
        JavaClass.Predicates.assignableTo(Throwable.class)
            .and(JavaClass.Predicates.resideInAPackage("io.rapidbyte.wasm.."));
    classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and()
        .resideOutsideOfPackages("io.rapidbyte.app..", "io.rapidbyte.wasm..")
        .and()
        .doNotHaveSimpleName("RapidbyteException")
        .should()
        .notBePublic()
        .check(HOUSE);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.rapidbyte.wasm..")
        .should()
        .dependOnClassesThat(own)
        .check(HOUSE);
  }

  static Path root() {
    return Path.of(System.getProperty("rapidbyte.root", "..")).toAbsolutePath().normalize();
  }

  static String text(InputStream in) throws java.io.IOException {
    return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
