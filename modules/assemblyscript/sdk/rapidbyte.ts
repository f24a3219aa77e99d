// The AssemblyScript SDK of Rapidbyte's guest modules. A module extends Transform, names the function that makes
// one by `module(open)`, and says `export * from "./sdk/exports"`. `throw` and `assert` end the call, and their message reaches the log; a Fault that is returned is the call's error.
import { Batch } from "./batch";
import { Fault } from "./host";
import { Schema } from "./schema";

export { Batch } from "./batch";
export { Builder, Column } from "./column";
export { Field, Kind, Type } from "./field";
export { Bytes, Fault, State, count, gauge, log } from "./host";
export { Json } from "./json";
export { Schema } from "./schema";

export abstract class Transform {
  /** Says what comes out. `schema` begins as all columns that come in, each a copy of itself. */
  abstract schema(schema: Schema): Fault | null;

  /** Works on a batch. It goes out when this returns, unless this has emitted something itself. */
  abstract batch(batch: Batch): Fault | null;
}

/** What `open` of a module answers: the transform, or why there is none. */
export class Opened {
  transform: Transform | null = null;
  fault: Fault | null = null;

  static as(transform: Transform): Opened {
    const opened = new Opened();
    opened.transform = transform;
    return opened;
  }

  static not(code: string, message: string): Opened {
    const opened = new Opened();
    opened.fault = new Fault(code, message);
    return opened;
  }
}
