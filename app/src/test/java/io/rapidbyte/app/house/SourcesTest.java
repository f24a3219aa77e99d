package io.rapidbyte.app.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every source file must be, and must not hold. */
final class SourcesTest {
  private static final Pattern LEFT_BEHIND =
      Pattern.compile("\\b(TODO|FIXME|XXX)\\b|(?<![\\w./-])/(work|root|home/[a-z]+)/");

  private static final List<String> TEXT =
      List.of(".java", ".xml", ".md", ".yml", ".yaml", ".sh", ".properties", ".json", ".txt");

  @Test
  void areLaidOutByTheFormatter() {
    List<String> strays =
        files(".java").stream().filter(f -> !isFormatted(f)).map(this::name).toList();
    assertThat(strays).as("run tools/format").isEmpty();
  }

  @Test
  void leaveNothingForLaterAndNameNoMachine() {
    List<String> strays =
        TEXT.stream()
            .flatMap(suffix -> files(suffix).stream())
            .filter(file -> !file.endsWith("SourcesTest.java"))
            .filter(file -> LEFT_BEHIND.matcher(read(file)).find())
            .map(this::name)
            .toList();
    assertThat(strays).isEmpty();
  }

  /** Tests of a package live in that package: what it says in the main tree holds for them. */
  private static boolean isDescribed(Path folder) {
    Path main = Path.of(folder.toString().replace("/src/test/java/", "/src/main/java/"));
    return Files.exists(folder.resolve("package-info.java"))
        || Files.exists(main.resolve("package-info.java"));
  }

  @Test
  void everyPackageSaysWhatLivesThere() {
    List<String> strays =
        files(".java").stream()
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !isDescribed(folder))
            .map(this::name)
            .toList();
    assertThat(strays).isEmpty();
  }

  private static boolean isFormatted(Path file) {
    String text = read(file);
    try {
      String imports =
          RemoveUnusedImports.removeUnusedImports(
              ImportOrderer.reorderImports(text, JavaFormatterOptions.Style.GOOGLE));
      return new Formatter().formatSource(imports).equals(text);
    } catch (FormatterException e) {
      throw new AssertionError(file + " is no Java: " + e.getMessage(), e);
    }
  }

  private static List<Path> files(String suffix) {
    try (Stream<Path> walk = Files.walk(HouseTest.root())) {
      return walk.filter(file -> file.toString().endsWith(suffix))
          .filter(SourcesTest::isOurs)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Not what a build made, nor what the version control or an editor keeps. */
  private static boolean isOurs(Path file) {
    for (Path part : HouseTest.root().relativize(file)) {
      String name = part.toString();
      if (name.equals("target") || (name.startsWith(".") && !name.equals(".ci"))) {
        return false;
      }
    }
    return true;
  }

  private String name(Path file) {
    return HouseTest.root().relativize(file).toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
