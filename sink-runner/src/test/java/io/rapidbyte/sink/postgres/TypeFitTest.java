package io.rapidbyte.sink.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypeFitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          integer                        | integer
          bigint                         | smallint
          text                           | integer
          text                           | jsonb
          character varying              | character varying(10)
          character varying(20)          | character varying(10)
          numeric                        | numeric(18,2)
          numeric(20,4)                  | numeric(18,2)
          numeric(10,0)                  | integer
          double precision               | real
          double precision               | integer
          timestamp(6) without time zone | timestamp(3) without time zone
          timestamp with time zone       | timestamp(3) with time zone
          jsonb                          | json
          """)
  void holdsWhatItIsWideEnoughFor(String column, String sent) {
    assertThat(TypeFit.holds(column, sent)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          integer                  | bigint
          integer                  | text
          integer                  | integer[]
          text[]                   | text
          character varying(10)    | character varying(20)
          character varying(10)    | text
          numeric(18,2)            | numeric
          numeric(18,4)            | numeric(18,2)
          numeric(9,0)             | integer
          double precision         | bigint
          real                     | double precision
          character(6)             | character(5)
          timestamp with time zone | timestamp without time zone
          uuid                     | bytea
          """)
  void doesNotHoldWhatMightNotFit(String column, String sent) {
    assertThat(TypeFit.holds(column, sent)).isFalse();
  }
}
