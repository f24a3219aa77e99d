package io.rapidbyte.processor.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidbyte.processor.builtin.Builtins;
import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.processor.wasm.WasmTransform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PipelineSpecParser;
import io.rapidbyte.schemas.spec.SpecResult;
import io.rapidbyte.schemas.type.ArrowJson;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.Role;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A batch through transforms, as lines: {@code u/3 {"id":1,"name":"a"} ~big <{"id":1} #1} is an
 * update with ordinal 3, its values, unchanged columns, old row and number among its siblings.
 */
public record Chained(
    Map<String, List<String>> routes, Map<Integer, String> refused, Shape output) {

  /** The main route. */
  public List<String> lines() {
    return routes.getOrDefault("", List.of());
  }

  /** Its threads end when they have been idle for a while. */
  private static final GuestRuntime GUESTS = new GuestRuntime(Optional.empty());

  /** Transforms as pipeline.yaml has them; modules by their paths from the root. */
  public static List<Transform> transforms(TestBatch batch, String yaml) {
    return Builtins.of(
        spec(batch.stream().stream(), yaml),
        batch.stream().table(),
        (name, module) -> {
          GuestState state = GuestState.inMemory();
          return new WasmTransform(
              name,
              GUESTS,
              PlacedModule.load(module, Role.TRANSFORM, Limits.DEFAULT)
                  .setup(batch.stream().stream(), state, HttpDoor.CLOSED),
              state,
              GuestObserver.SILENT);
        });
  }

  /** A pipeline of one stream with transforms. */
  public static PipelineSpec spec(String stream, String yaml) {
    String file =
        """
        version: 1
        pipeline: shop
        source: { postgres: { url: "postgres://u@h/d" } }
        streams: [{ table: %s }]
        transforms:
        %s\
        """
            .formatted(stream, yaml.indent(2));
    var parser =
        new PipelineSpecParser(
            Path.of(System.getProperty("rapidbyte.root", "..")),
            Map.of("MASK_KEY", "0123456789abcdef")::get,
            _ -> Optional.empty());
    return switch (parser.parse(file)) {
      case SpecResult.Valid(var spec) -> spec;
      case SpecResult.Invalid(var problems) -> throw new AssertionError(problems + "\n" + file);
    };
  }

  public static Chained of(TestBatch batch, String yaml) {
    return of(batch, transforms(batch, yaml), false, StaleKeys.inMemory());
  }

  public static Chained of(
      TestBatch batch, List<Transform> transforms, boolean repair, StaleKeys stale) {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot built = batch.build(allocator);
        VectorSchemaRoot root = ArrowIpc.read(ArrowIpc.write(built), allocator, 1 << 26)) {
      BatchView view = new BatchView(root);
      try (Chain chain = new Chain(Shape.of(view), transforms, allocator);
          Chain.Outcome outcome = chain.run(view, 7, repair, stale)) {
        Map<String, List<String>> routes = new TreeMap<>();
        for (Chain.Batch each : outcome.batches()) {
          try (VectorSchemaRoot read =
              ArrowIpc.read(ArrowIpc.write(each.root()), allocator, 1 << 26)) {
            routes.computeIfAbsent(each.route(), _ -> new ArrayList<>()).addAll(lines(read));
          }
        }
        Map<Integer, String> refused = new TreeMap<>();
        outcome.refused().forEach((row, error) -> refused.put(row, error.code()));
        return new Chained(routes, refused, chain.output());
      }
    }
  }

  private static List<String> lines(VectorSchemaRoot root) {
    BatchView view = new BatchView(root);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < view.rows(); row++) {
      StringBuilder line = new StringBuilder();
      line.append((char) view.op(row).code()).append('/');
      line.append(view.position(row).ordinal()).append(' ').append(json(view.data(), row));
      view.unchanged(row).stream()
          .forEach(i -> line.append(" ~").append(view.data().get(i).getName()));
      if (!view.before().isNull(row)) {
        line.append(" <").append(json(view.before().getChildrenFromFields(), row));
      }
      FieldVector sub = root.getVector(BatchColumns.SUB);
      if (sub != null) {
        line.append(" #").append((int) (Character) sub.getObject(row));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String json(List<FieldVector> columns, int row) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartObject();
      for (FieldVector column : columns) {
        if (!column.isNull(row)) {
          out.writeFieldName(column.getName());
          ArrowJson.write(column, row, out);
        }
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
