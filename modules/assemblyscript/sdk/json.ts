// JSON as the host writes it.

/** A value's text; empty where there is none. */
export class Json {
  constructor(private text: string) {}

  get exists(): bool {
    return this.text.length > 0;
  }

  get(key: string): Json {
    const parts = this.parts("{");
    for (let i = 0; i + 1 < parts.length; i += 2) {
      const name = new Json(parts[i]).string();
      if (name !== null && name == key) return new Json(parts[i + 1]);
    }
    return new Json("");
  }

  /** A list of texts; null where there is no list. */
  strings(): string[] | null {
    if (!this.text.startsWith("[")) return null;
    const texts: string[] = [];
    const parts = this.parts("[");
    for (let i = 0; i < parts.length; i++) {
      const text = new Json(parts[i]).string();
      texts.push(text === null ? "" : text);
    }
    return texts;
  }

  int(otherwise: i64): i64 {
    let value: i64 = 0;
    const negative = this.text.startsWith("-");
    const start = negative ? 1 : 0;
    if (this.text.length == start) return otherwise;
    for (let i = start; i < this.text.length; i++) {
      const digit = this.text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return otherwise;
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  string(): string | null {
    if (!this.text.startsWith('"')) return null;
    let out = "";
    for (let i = 1; i < this.text.length - 1; i++) {
      let c = this.text.charCodeAt(i);
      if (c == 92) {
        c = this.text.charCodeAt(++i);
        if (c == 110) c = 10;
        else if (c == 116) c = 9;
        else if (c == 114) c = 13;
        else if (c == 98) c = 8;
        else if (c == 102) c = 12;
        else if (c == 117) {
          c = <i32>hex(this.text, i + 1);
          i += 4;
        }
      }
      out += String.fromCharCode(c);
    }
    return out;
  }

  /** The values in a list or object, keys among them. */
  private parts(open: string): string[] {
    const found: string[] = [];
    if (!this.text.startsWith(open)) return found;
    let i = 1;
    while (i < this.text.length) {
      const c = this.text.charCodeAt(i);
      if (c == 93 || c == 125) break;
      if (c <= 32 || c == 44 || c == 58) {
        i++;
        continue;
      }
      const end = this.end(i);
      found.push(this.text.substring(i, end));
      i = end;
    }
    return found;
  }

  /** Behind the value that begins there. */
  private end(start: i32): i32 {
    let depth = 0;
    for (let i = start; i < this.text.length; i++) {
      const c = this.text.charCodeAt(i);
      if (c == 34) {
        for (i++; i < this.text.length && this.text.charCodeAt(i) != 34; i++) if (this.text.charCodeAt(i) == 92) i++;
        if (depth == 0) return i + 1;
      } else if (c == 123 || c == 91) depth++;
      else if (c == 125 || c == 93) {
        if (depth == 0) return i;
        if (--depth == 0) return i + 1;
      } else if (depth == 0 && (c <= 32 || c == 44 || c == 58)) return i;
    }
    return this.text.length;
  }
}

function hex(text: string, at: i32): u32 {
  let value: u32 = 0;
  for (let i = at; i < at + 4 && i < text.length; i++) {
    const c = text.charCodeAt(i) | 32;
    value = value * 16 + (c >= 97 ? c - 87 : c - 48);
  }
  return value;
}
