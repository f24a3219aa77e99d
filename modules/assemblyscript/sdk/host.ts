// What the host does for a module.

// @ts-ignore: decorator
@external("rapidbyte_v1", "emit") declare function hostEmit(kind: i32, at: usize, len: i32, route: usize, routeLen: i32): void;
// @ts-ignore: decorator
@external("rapidbyte_v1", "reject") declare function hostReject(row: i32, error: usize, len: i32): void;
// @ts-ignore: decorator
@external("rapidbyte_v1", "error") declare function hostError(error: usize, len: i32): void;
// @ts-ignore: decorator
@external("rapidbyte_v1", "log") declare function hostLog(level: i32, text: usize, len: i32): void;
// @ts-ignore: decorator
@external("rapidbyte_v1", "metric") declare function hostMetric(kind: i32, name: usize, len: i32, value: f64): void;
// @ts-ignore: decorator
@external("rapidbyte_v1", "state_get") declare function hostStateGet(key: usize, keyLen: i32, to: usize, room: i32): i32;
// @ts-ignore: decorator
@external("rapidbyte_v1", "state_put") declare function hostStatePut(key: usize, keyLen: i32, value: usize, len: i32, ttlMs: i64): void;
// @ts-ignore: decorator
@external("rapidbyte_v1", "state_delete") declare function hostStateDelete(key: usize, keyLen: i32): void;

/** Bytes: a part of some buffer, or of an argument of the host's. */
export class Bytes {
  constructor(public at: usize, public length: i32, public owner: ArrayBuffer | null = null) {}

  static of(buffer: ArrayBuffer): Bytes {
    return new Bytes(changetype<usize>(buffer), buffer.byteLength, buffer);
  }

  static text(text: string): Bytes {
    return Bytes.of(String.UTF8.encode(text));
  }

  part(start: i32, end: i32): Bytes {
    assert(start >= 0 && start <= end && end <= this.length, "a part outside of the bytes");
    return new Bytes(this.at + start, end - start, this.owner);
  }

  get(i: i32): u8 {
    assert(<u32>i < <u32>this.length, "a byte outside of the bytes");
    return load<u8>(this.at + i);
  }

  equals(other: Bytes): bool {
    return this.length == other.length && memory.compare(this.at, other.at, this.length) == 0;
  }

  lastIndexOf(byte: u8): i32 {
    let i = this.length - 1;
    while (i >= 0 && load<u8>(this.at + i) != byte) i--;
    return i;
  }

  toString(): string {
    return String.UTF8.decodeUnsafe(this.at, this.length);
  }
}

/** A line for the pipeline's log: 0 debug, 1 info, 2 warn, 3 error. */
export function log(level: i32, text: string): void {
  const bytes = Bytes.text(text);
  hostLog(level, bytes.at, bytes.length);
}

/** What `abort`, `assert` and `throw` come to: the reason in the log, then the end of the call. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  log(3, (message ? message : "abort") + " (" + (file ? file : "") + ":" + line.toString() + ")");
  unreachable();
}

/** Counts something for the pipeline's metrics. A name has letters, digits and underscores. */
export function count(name: string, by: f64): void {
  const bytes = Bytes.text(name);
  hostMetric(0, bytes.at, bytes.length, by);
}

export function gauge(name: string, value: f64): void {
  const bytes = Bytes.text(name);
  hostMetric(1, bytes.at, bytes.length, value);
}

/** What a module finds again in the next batch. Changes count if the call ends well, together with what it emits. */
export class State {
  static has(key: Bytes): bool {
    return hostStateGet(key.at, key.length, 0, 0) >= 0;
  }

  static get(key: Bytes): Bytes | null {
    let room = new ArrayBuffer(256);
    while (true) {
      const len = hostStateGet(key.at, key.length, changetype<usize>(room), room.byteLength);
      if (len < 0) return null;
      if (len <= room.byteLength) return Bytes.of(room).part(0, len);
      room = new ArrayBuffer(len);
    }
  }

  /** A `ttlMs` of 0 or less keeps it for ever. */
  static put(key: Bytes, value: Bytes, ttlMs: i64): void {
    hostStatePut(key.at, key.length, value.at, value.length, ttlMs);
  }

  static delete(key: Bytes): void {
    hostStateDelete(key.at, key.length);
  }
}

/** Why a call cannot go on; null where it can. */
export class Fault {
  constructor(public code: string, public message: string) {}

  json(): Bytes {
    return Bytes.text('{"category":"data","code":' + quote(this.code) + ',"message":' + quote(this.message) + "}");
  }
}

export function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 32) out += "\\u00" + (c < 16 ? "0" : "1") + "0123456789abcdef".charAt(c & 15);
    else out += c == 34 || c == 92 ? "\\" + text.charAt(i) : text.charAt(i);
  }
  return out + '"';
}

export function quoteAll(texts: string[]): string {
  const out: string[] = [];
  for (let i = 0; i < texts.length; i++) out.push(quote(texts[i]));
  return "[" + out.join(",") + "]";
}

export function emit(schema: bool, bytes: Bytes, route: string): void {
  const to = Bytes.text(route);
  hostEmit(schema ? 1 : 2, bytes.at, bytes.length, to.at, to.length);
}

export function reject(row: i32, why: Fault): void {
  const json = why.json();
  hostReject(row, json.at, json.length);
}

export function error(why: Fault): void {
  const json = why.json();
  hostError(json.at, json.length);
}
