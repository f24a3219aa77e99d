// What the host calls.
import { Batch, Emitted } from "./batch";
import { Output } from "./flat";
import { Bytes, Fault, emit, error } from "./host";
import { Json } from "./json";
import { Opened, Transform } from "./rapidbyte";
import { Read, Schema, end } from "./schema";

let opener: ((config: Json) => Opened) | null = null;
let transform: Transform | null = null;
let schema: Schema | null = null;
let whole: Bytes | null = null;
let some: Bytes | null = null;

/** Names the function that makes the transform from its configuration. */
export function module(open: (config: Json) => Opened): void {
  opener = open;
}

function answer(fault: Fault | null): i32 {
  if (fault) error(fault);
  __collect();
  return fault ? -1 : 0;
}

export function rb_abi(): i32 {
  return 1;
}

export function rb_alloc(len: i32): usize {
  return heap.alloc(len);
}

export function rb_free(at: usize, len: i32): void {
  heap.free(at);
}

export function rb_open(at: usize, len: i32): i32 {
  const open = opener;
  if (!open) return answer(new Fault("no-module", "the module has not called module(open)"));
  const opened = open(new Json(new Bytes(at, len).toString()).get("config"));
  transform = opened.transform;
  return answer(opened.fault);
}

export function rb_close(): i32 {
  transform = null;
  return 0;
}

export function rb_schema(at: usize, len: i32): i32 {
  schema = null;
  return answer(onSchema(new Bytes(at, len)));
}

function onSchema(ipc: Bytes): Fault | null {
  const opened = transform;
  if (!opened) return new Fault("not-open", "the module is not open");
  const read = new Read(ipc);
  if (read.fault) return read.fault;
  const asked = new Schema(read.fields, read.metadata);
  const fault = opened.schema(asked);
  if (fault) return fault;
  const out = new Output();
  out.put(asked.shown());
  end(out);
  emit(true, out.bytes, "");
  schema = asked;
  whole = asked.sent(false);
  some = asked.sent(true);
  return null;
}

export function rb_transform(meta: usize, metaLen: i32, at: usize, len: i32): i32 {
  return answer(onBatch(new Bytes(meta, metaLen), new Bytes(at, len)));
}

function onBatch(meta: Bytes, ipc: Bytes): Fault | null {
  const opened = transform;
  const known = schema;
  const all = whole;
  const part = some;
  if (!opened || !known || !all || !part) return new Fault("no-schema", "rb_transform before rb_schema");
  const batch = Batch.read(ipc, known, all, part, new Json(meta.toString()).get("time_us").int(0));
  if (!batch) return Batch.lastFault;
  Emitted.yet = false;
  const fault = opened.batch(batch);
  if (!fault && !Emitted.yet) batch.emit("");
  return fault;
}
