package io.rapidbyte.sink.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SqlErrorsTest {
  private final SqlErrors errors = new SqlErrors("db:5432/copy", "writer");

  @ParameterizedTest
  @CsvSource({
    "08006, TRANSIENT, true",
    "57P01, TRANSIENT, true",
    "57P03, TRANSIENT, true",
    "53300, TRANSIENT, true",
    "53100, TRANSIENT, true",
    "58030, TRANSIENT, true",
    "40001, TRANSIENT, true",
    "40P01, TRANSIENT, true",
    "55P03, TRANSIENT, true",
    "25006, TRANSIENT, true",
    "22003, DATA, false",
    "22021, DATA, false",
    "23502, DATA, false",
    "23505, DATA, false",
    "23514, DATA, false",
    "54000, DATA, false",
    "28P01, AUTH, false",
    "42501, AUTH, false",
    "3D000, CONFIG, false",
    "42P01, SCHEMA, false",
    "42703, SCHEMA, false",
    "22P03, SCHEMA, false",
    "XX000, INTERNAL, false"
  })
  void eachStateHasOneAnswer(String state, Category category, boolean retryable) {
    ErrorInfo error = errors.classify(new SqlErrors.Facts(state, "as the server says", Map.of()));
    assertThat(error.category()).isEqualTo(category);
    assertThat(error.retryable()).isEqualTo(retryable);
    assertThat(error.message()).contains("as the server says");
    assertThat(retryable || !error.fix().isEmpty()).isTrue();
  }

  @Test
  void aCommitWithoutAnAnswerIsUnknown() {
    ErrorInfo lost = errors.ofCommit(new SQLException("gone", "08006")).error();
    assertThat(lost.commitState()).isEqualTo(CommitState.AFTER_COMMIT_UNKNOWN);
    assertThat(lost.safeToRetry()).isFalse();
    assertThat(lost.retryable()).isTrue();
  }

  @Test
  void aRefusedCommitIsNone() {
    ErrorInfo refused = errors.ofCommit(new SQLException("deferred", "23503")).error();
    assertThat(refused.commitState()).isEqualTo(CommitState.BEFORE_COMMIT);
  }

  @Test
  void messagesAreOneLine() {
    assertThat(errors.of(new SQLException("a\n  b", "08006")).error().message()).contains("a b");
  }
}
