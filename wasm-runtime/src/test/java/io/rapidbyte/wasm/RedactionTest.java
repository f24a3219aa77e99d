package io.rapidbyte.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.ModuleSpec.Config;
import io.rapidbyte.schemas.spec.Secret;
import org.junit.jupiter.api.Test;

final class RedactionTest {
  private static Redaction of(String told, String shown) {
    return Redaction.of(new Config(new Secret(told), shown));
  }

  @Test
  void hidesWhatAReferenceResolvedToWhereverItStands() {
    Redaction redaction =
        of(
            "{\"a\": \"Bearer tok-1 yes\", \"b\": [{\"c\": \"tok-12\"}], \"d\": \"open\"}",
            "{\"a\": \"Bearer *** yes\", \"b\": [{\"c\": \"***\"}], \"d\": \"open\"}");
    assertThat(redaction.of("tok-12, tok-1 and open: Bearer"))
        .isEqualTo("***, *** and open: Bearer");
    ErrorInfo error =
        ErrorInfo.permanent(Category.AUTH, Scope.STREAM, "guest/tok-1", "no tok-1", "give tok-12")
            .with("tok-1", "is tok-12");
    assertThat(redaction.of(error).toString()).doesNotContain("tok-1");
  }

  @Test
  void hidesAllBetweenTwoReferencesOfOneText() {
    Redaction redaction = of("{\"a\": \"u=ann p=pass1\"}", "{\"a\": \"u=*** p=***\"}");
    assertThat(redaction.of("got ann p=pass1")).isEqualTo("got ***");
  }

  @Test
  void leavesTextAloneWhereNothingIsSecret() {
    assertThat(of("{\"a\": 1}", "{\"a\": 1}").of("a is 1")).isEqualTo("a is 1");
    assertThat(of("{\"a\": \"x\"}", "{\"a\": \"***\"}").of("x marks")).isEqualTo("x marks");
  }
}
