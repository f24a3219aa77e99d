package io.rapidbyte.sink.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ModuleErrorsTest {
  private static ErrorInfo told(String code, boolean cut) {
    ErrorInfo error =
        ErrorInfo.permanent(Category.DATA, Scope.BATCH, code, "it took too long", "look for it");
    return ModuleErrors.told(new Outcome.Failed(error, List.of("f", "g")), cut, "public.a");
  }

  @Test
  void aCallThatWasEndedWhileItWaitedForAnAnswerIsTriedAgain() {
    ErrorInfo told = told(CallFaults.DEADLINE, true);
    assertThat(told.code()).isEqualTo(ModuleErrors.NO_ANSWER);
    assertThat(told.retryable()).isTrue();
    assertThat(ModuleErrors.isRefusal(told)).isFalse();
  }

  @Test
  void aCallThatWasEndedInItsOwnCodeIsTheRowsFault() {
    ErrorInfo told = told(CallFaults.DEADLINE, false);
    assertThat(ModuleErrors.isRefusal(told)).isTrue();
    assertThat(told.details())
        .containsEntry("stream", "public.a")
        .containsEntry("guest_stack", "f < g");
  }

  @Test
  void whoIsOvertakenRefusesNoRows() {
    assertThat(ModuleErrors.isRefusal(told(ModuleErrors.FENCED, false))).isFalse();
  }
}
