package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.wasm.Limits;

/**
 * A module's place as a destination.
 *
 * @param pipeline whose destination it is
 * @param name of the destination
 * @param limits what a call of it may take
 * @param booksTopic where what it cannot remember is remembered
 * @param member what transactional ids begin with
 */
public record ModuleSettings(
    String pipeline,
    String name,
    ModuleSpec module,
    Limits limits,
    String booksTopic,
    String member) {
  /** As a pipeline's file says. */
  public static ModuleSettings of(PipelineSpec pipeline, String name, ModuleSpec module) {
    return new ModuleSettings(
        pipeline.pipeline(),
        name,
        module,
        Limits.of(pipeline.limits()),
        pipeline.topics().sinkBooks(name),
        pipeline.topics().sinkGroup(name));
  }
}
