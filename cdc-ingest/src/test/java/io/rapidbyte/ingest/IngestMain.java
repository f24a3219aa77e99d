package io.rapidbyte.ingest;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Ingest in a process of its own, to be killed. Arguments: pipeline, slot, host, port, database,
 * user, password, bootstrap, transaction limit in bytes, snapshot mode, tables taken by append.
 */
public final class IngestMain {
  private static final String ENGINE = "engine";

  private IngestMain() {}

  /** Runs until killed. */
  public static void main(String[] args) {
    try (BufferAllocator allocator = new RootAllocator();
        Ingest ingest =
            new Ingest(
                spec(args), Map.of("bootstrap.servers", args[7]), allocator, new Talking())) {
      ingest.run();
    } catch (RapidbyteException e) {
      System.out.println("FAILED " + e.error().line());
      Runtime.getRuntime().halt(3);
    }
  }

  /** Starts one for the fixture's pipeline, without a snapshot; {@code failpoint} may be empty. */
  static ForkedJvm fork(Fixture fixture, String failpoint) {
    ForkedJvm.Options options =
        ForkedJvm.Options.of(
                IngestMain.class.getName(),
                fixture.name,
                fixture.slot(),
                fixture.database.host(),
                Integer.toString(fixture.database.port()),
                fixture.database.name(),
                fixture.database.user(),
                fixture.database.password(),
                SharedKafka.bootstrap(),
                "30000",
                "NEVER")
            .heap("256m")
            .flag("-XX:TieredStopAtLevel=1")
            .with(ENGINE, fixture.spec().source().engine().name());
    return ForkedJvm.start(failpoint.isEmpty() ? options : options.with("fp", failpoint));
  }

  private static PipelineSpec spec(String[] args) {
    return new PipelineSpec(
        args[0],
        KafkaSpec.EMBEDDED,
        new SourceSpec(
            new PostgresAddress(
                args[2],
                Integer.parseInt(args[3]),
                args[4],
                args[5],
                new Secret(args[6]),
                "disable",
                Map.of()),
            args[1],
            args[1],
            new SourceSpec.SnapshotSpec(SourceSpec.SnapshotMode.valueOf(args[9]), 2),
            SourceSpec.SlotGuardSpec.DEFAULT,
            SourceSpec.SchemaEvents.AUTO,
            SourceSpec.Engine.valueOf(System.getProperty(ENGINE, "NATIVE"))),
        Stream.concat(
                Stream.of(Fixture.stream("public.*")),
                Arrays.stream(args).skip(10).map(Fixture::appended))
            .toList(),
        List.of(),
        PolicySpec.DEFAULT,
        StreamingTest.limits(Long.parseLong(args[8])));
  }

  private static final class Talking implements IngestObserver {
    @Override
    public void phase(Phase phase) {
      System.out.println("PHASE " + phase);
    }

    @Override
    public void retrying(io.rapidbyte.schemas.error.ErrorInfo error, java.time.Duration wait) {
      System.out.println("RETRYING " + error.line());
    }
  }
}
