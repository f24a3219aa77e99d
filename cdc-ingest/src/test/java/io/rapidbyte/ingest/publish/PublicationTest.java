package io.rapidbyte.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class PublicationTest extends PublicationContract {
  @Override
  TestDatabase open() {
    return SharedPostgres.database();
  }

  @Test
  void pushesDownWhereverTheIdentityAllows() throws SQLException {
    database()
        .execute(
            "CREATE TYPE mood AS ENUM ('ok')",
            "CREATE TABLE a (id int PRIMARY KEY, status text, m mood, secret text)");
    var stream = Pipelines.stream("public.a");
    var byKey = plan(Pipelines.where(stream, "id > 1")).tables().get(0);
    assertThat(byKey.rows()).isEqualTo(new PushDown.Pushed(java.util.List.of()));
    var byStatus = plan(Pipelines.where(stream, "status = 'x'")).tables().get(0);
    assertThat(byStatus.rows())
        .isEqualTo(
            new PushDown.Local(
                "the replica identity of public.a does not cover status",
                "ALTER TABLE \"public\".\"a\" REPLICA IDENTITY FULL;"));
    var selected =
        plan(Pipelines.columns(Pipelines.where(stream, "status = 'x'"), "id")).tables().get(0);
    assertThat(selected.columns()).isEqualTo(new PushDown.Pushed(java.util.List.of("status")));
    database().execute("ALTER TABLE a REPLICA IDENTITY FULL");
    assertThat(plan(Pipelines.where(stream, "status = 'x'")).tables().get(0).rows().isPushed())
        .isTrue();
    assertThat(plan(Pipelines.where(stream, "m = 'ok'")).tables().get(0).rows().isLocal()).isTrue();
    assertThat(plan(Pipelines.columns(stream, "id")).tables().get(0).columns().isLocal()).isTrue();
  }

  @Test
  void appendsOnlyWhereAVirtualColumnIsUnderFull() throws SQLException {
    database()
        .execute(
            "CREATE TABLE v (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) VIRTUAL)",
            "ALTER TABLE v REPLICA IDENTITY FULL");
    var stream = Pipelines.stream("public.v");
    assertThat(plan(stream).refusals())
        .singleElement()
        .satisfies(r -> assertThat(r.error().code()).isEqualTo(Refusals.NO_IDENTITY));
    assertThat(plan(Pipelines.mode(stream, WriteMode.APPEND)).inserts().tables()).hasSize(1);
  }
}
