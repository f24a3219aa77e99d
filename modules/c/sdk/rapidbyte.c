/* The C SDK's body, from below to above: memory, text, JSON, flatbuffers, schema, reading, writing, the ABI's exports.
   Longer than a page or two because a C module shall need this one file and its header. */
#include "rapidbyte.h"

#define copy __builtin_memcpy
#define EACH(i, count) for (uint32_t i = 0; i < (count); i++)
enum { MAX_DEPTH = 64, MAX_FIELDS = 20000, MAX_WIDTH = 1 << 16, FREE_ROWS = 1 << 20 };

/* ---- memory: blocks of powers of two, and arenas of them ---------------------------------------- */

typedef struct block { struct block *next; uint32_t class, used; } block;
typedef struct { block *blocks; } arena;
extern unsigned char __heap_base;
static block *free_blocks[32];
static uint32_t heap_end;
static arena kept, of_schema, of_call;

static block *take_block(uint32_t size) { /* size without the header */
  uint32_t class = 6;
  if (size > 0x7ffffff0) return NULL;
  while ((1u << class) < size + sizeof(block)) class++;
  block *b = free_blocks[class];
  if (b) free_blocks[class] = b->next;
  else {
    if (!heap_end) heap_end = ((uint32_t)&__heap_base + 15) & ~15u;
    uint64_t end = (uint64_t)heap_end + (1ull << class), have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
    if (end > have && (end > 0xffff0000u || __builtin_wasm_memory_grow(0, (uint32_t)((end - have + 65535) >> 16)) == (size_t)-1)) return NULL;
    b = (block *)heap_end;
    heap_end = (uint32_t)end;
    b->class = class;
  }
  b->next = NULL;
  b->used = sizeof(block);
  return b;
}

static void give_block(block *b) {
  b->next = free_blocks[b->class];
  free_blocks[b->class] = b;
}

static void *arena_new(arena *a, uint32_t size) {
  if (size > 0x7fffffe0) __builtin_trap();
  size = (size + 7) & ~7u;
  block *b = a->blocks;
  if (!b || size > (1u << b->class) - b->used) {
    b = take_block(size < 4000 ? 4000 : size);
    if (!b) __builtin_trap(); /* no memory: the host names the limit */
    b->used = (sizeof(block) + 7) & ~7u;
    b->next = a->blocks;
    a->blocks = b;
  }
  void *p = (char *)b + b->used;
  b->used += size;
  return __builtin_memset(p, 0, size);
}

static void arena_clear(arena *a) {
  while (a->blocks) {
    block *b = a->blocks;
    a->blocks = b->next;
    give_block(b);
  }
}

void *rb_new(uint32_t size) { return arena_new(&of_call, size); }
void *rb_keep(uint32_t size) { return arena_new(&kept, size); }

typedef struct { uint8_t *at; uint32_t len, cap; } buffer; /* grows, in the call's arena */

static uint8_t *grow(buffer *b, uint32_t more) {
  if (more > 0x7fffffe0 - b->len) __builtin_trap();
  if (b->len + more > b->cap) {
    uint32_t cap = b->cap < 0x3ffffff0 ? b->cap * 2 : 0x7fffffe0;
    if (cap < b->len + more) cap = b->len + more;
    if (cap < 64) cap = 64;
    uint8_t *larger = rb_new(cap);
    if (b->len) copy(larger, b->at, b->len);
    b->at = larger;
    b->cap = cap;
  }
  uint8_t *p = b->at + b->len;
  b->len += more;
  return p;
}

static void put(buffer *b, const void *bytes, uint32_t n) { if (n) copy(grow(b, n), bytes, n); }
static void pad(buffer *b, uint32_t to) { while (b->len % to) *grow(b, 1) = 0; }

/* ---- text --------------------------------------------------------------------------------------- */

rb_str rb_text(const char *text) {
  uint32_t n = 0;
  while (text[n]) n++;
  return (rb_str){text, n};
}

bool rb_equal(rb_str a, rb_str b) {
  if (a.len != b.len) return false;
  EACH(i, a.len) if (a.ptr[i] != b.ptr[i]) return false;
  return true;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

bool rb_equal_any_case(rb_str a, rb_str b) {
  if (a.len != b.len) return false;
  EACH(i, a.len) if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
  return true;
}

static rb_str duplicate(arena *a, rb_str text) {
  char *p = arena_new(a, text.len + 1);
  if (text.len) copy(p, text.ptr, text.len);
  return (rb_str){p, text.len};
}

static void put_quoted(buffer *b, rb_str text) {
  put(b, "\"", 1);
  EACH(i, text.len) {
    uint8_t c = text.ptr[i];
    if (c == '"' || c == '\\') put(b, "\\", 1);
    if (c < 32) {
      char escaped[] = {'\\', 'u', '0', '0', '0' + (c >> 4), "0123456789abcdef"[c & 15]};
      put(b, escaped, 6);
    } else put(b, &c, 1);
  }
  put(b, "\"", 1);
}

/* ---- JSON, as the host writes it ----------------------------------------------------------------- */

static uint32_t skip_space(rb_str j, uint32_t i) {
  while (i < j.len && (j.ptr[i] == ' ' || j.ptr[i] == '\n' || j.ptr[i] == '\t' || j.ptr[i] == '\r')) i++;
  return i;
}

static uint32_t skip_value(rb_str j, uint32_t i) { /* behind the value that begins at i */
  uint32_t depth = 0;
  for (i = skip_space(j, i); i < j.len; i++) {
    char c = j.ptr[i];
    if (c == '"') {
      for (i++; i < j.len && j.ptr[i] != '"'; i++) if (j.ptr[i] == '\\') i++;
      if (!depth) return i < j.len ? i + 1 : j.len;
    } else if (c == '{' || c == '[') depth++;
    else if (c == '}' || c == ']') {
      if (!depth) return i;
      if (!--depth) return i + 1;
    } else if (!depth && (c == ',' || c == ':' || c == ' ')) return i;
  }
  return j.len;
}

static rb_str part(rb_str j, uint32_t start, uint32_t end) { return (rb_str){j.ptr + start, end - start}; }

rb_json rb_json_get(rb_json object, const char *key) {
  uint32_t i = skip_space(object, 0);
  if (i >= object.len || object.ptr[i] != '{') return (rb_json){0};
  for (i++; i < object.len;) {
    i = skip_space(object, i);
    uint32_t end = skip_value(object, i);
    bool found = end > i + 1 && rb_equal(part(object, i + 1, end - 1), rb_text(key));
    i = skip_space(object, end);
    if (i >= object.len || object.ptr[i] != ':') break;
    i = skip_space(object, i + 1);
    end = skip_value(object, i);
    if (found) return part(object, i, end);
    i = skip_space(object, end);
    if (i >= object.len || object.ptr[i] != ',') break;
    i++;
  }
  return (rb_json){0};
}

rb_json rb_json_item(rb_json array, uint32_t index) {
  uint32_t i = skip_space(array, 0);
  if (i >= array.len || array.ptr[i] != '[') return (rb_json){0};
  for (i++; i < array.len;) {
    i = skip_space(array, i);
    uint32_t end = skip_value(array, i);
    if (end == i) break;
    if (!index--) return part(array, i, end);
    i = skip_space(array, end);
    if (i >= array.len || array.ptr[i] != ',') break;
    i++;
  }
  return (rb_json){0};
}

static uint32_t member(rb_json object, uint32_t index, rb_json *value) { /* where its key begins; 0: there is none */
  uint32_t i = skip_space(object, 0);
  if (i >= object.len || object.ptr[i] != '{') return 0;
  for (i++; i < object.len;) {
    uint32_t key = skip_space(object, i), end = skip_value(object, key);
    if (end <= key + 1) break;
    i = skip_space(object, end) + 1;
    i = skip_space(object, i);
    end = skip_value(object, i);
    *value = part(object, i, end);
    if (!index--) return key;
    i = skip_space(object, end);
    if (i >= object.len || object.ptr[i] != ',') break;
    i++;
  }
  return 0;
}

bool rb_json_key(rb_json object, uint32_t index, rb_str *name) {
  rb_json value;
  uint32_t key = member(object, index, &value);
  return key && rb_json_string(part(object, key, skip_value(object, key)), name);
}

rb_json rb_json_value(rb_json object, uint32_t index) {
  rb_json value;
  return member(object, index, &value) ? value : (rb_json){0};
}

uint32_t rb_json_count(rb_json array) {
  uint32_t n = 0;
  while (rb_json_item(array, n).len) n++;
  return n;
}

static uint32_t hex(rb_str j, uint32_t i) {
  uint32_t value = 0;
  for (uint32_t end = i + 4; i < end && i < j.len; i++) {
    char c = lower(j.ptr[i]);
    value = value * 16 + (c >= 'a' ? c - 'a' + 10 : c - '0');
  }
  return value;
}

static char *put_utf8(char *out, uint32_t c) {
  if (c < 0x80) *out++ = (char)c;
  else {
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    *out++ = (char)((0xF00 >> more) | (c >> (6 * more)));
    while (more--) *out++ = (char)(0x80 | ((c >> (6 * more)) & 63));
  }
  return out;
}

bool rb_json_string(rb_json v, rb_str *out) {
  if (v.len < 2 || v.ptr[0] != '"') return false;
  char *text = rb_keep(v.len + 4), *at = text; /* decoded it is never longer */
  for (uint32_t i = 1; i < v.len - 1; i++) {
    char c = v.ptr[i];
    if (c == '\\') {
      c = v.ptr[++i];
      if (c == 'u') {
        uint32_t code = hex(v, i + 1);
        i += 4;
        if (code >> 10 == 0x36 && i + 6 < v.len) {
          code = 0x10000 + ((code & 0x3ff) << 10) + (hex(v, i + 3) & 0x3ff);
          i += 6;
        }
        at = put_utf8(at, code);
        continue;
      }
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
    }
    *at++ = c;
  }
  *out = (rb_str){text, (uint32_t)(at - text)};
  return true;
}

uint32_t rb_json_strings(rb_json array, rb_str **out) {
  uint32_t count = rb_json_count(array);
  *out = rb_keep(count * sizeof(rb_str));
  EACH(i, count) rb_json_string(rb_json_item(array, i), *out + i);
  return count;
}

int64_t rb_json_int(rb_json v, int64_t otherwise) {
  uint32_t i = v.len && v.ptr[0] == '-';
  int64_t value = 0;
  if (i == v.len) return otherwise;
  for (uint32_t k = i; k < v.len; k++) {
    if (v.ptr[k] < '0' || v.ptr[k] > '9') return otherwise;
    value = value * 10 + (v.ptr[k] - '0');
  }
  return i ? -value : value;
}

/* ---- the host ------------------------------------------------------------------------------------ */

static rb_str fault(const char *code, const char *message, rb_str about) {
  buffer b = {0}, text = {0};
  rb_str m = rb_text(message);
  put(&text, m.ptr, m.len);
  if (about.len) put(&text, ": ", 2);
  put(&text, about.ptr, about.len);
  put(&b, "{\"category\":\"data\",\"code\":", 26);
  put_quoted(&b, rb_text(code));
  put(&b, ",\"message\":", 11);
  put_quoted(&b, (rb_str){(char *)text.at, text.len});
  put(&b, "}", 1);
  return (rb_str){(char *)b.at, b.len};
}

int rb_fail(const char *code, const char *message, rb_str about) {
  rb_str json = fault(code, message, about);
  rb_host_error(json.ptr, json.len);
  return -1;
}

void rb_log(int level, rb_str text) { rb_host_log(level, text.ptr, text.len); }
void rb_count(const char *counter, double by) { rb_host_metric(RB_COUNTER, counter, rb_text(counter).len, by); }
bool rb_state_has(rb_str key) { return rb_host_state_get(key.ptr, key.len, NULL, 0) >= 0; }
void rb_state_delete(rb_str key) { rb_host_state_delete(key.ptr, key.len); }

void rb_state_put(rb_str key, rb_str value, int64_t ttl_ms) {
  rb_host_state_put(key.ptr, key.len, value.ptr, value.len, ttl_ms);
}

bool rb_state_get(rb_str key, rb_str *value) {
  char small[256];
  int32_t n = rb_host_state_get(key.ptr, key.len, small, sizeof small);
  if (n < 0) return false;
  char *bytes = rb_new((uint32_t)n + 1);
  if ((uint32_t)n > sizeof small) rb_host_state_get(key.ptr, key.len, bytes, (uint32_t)n);
  else copy(bytes, small, (uint32_t)n);
  *value = (rb_str){bytes, (uint32_t)n};
  return true;
}

/* ---- flatbuffers: reading. Nothing outside of `len` is ever read; `bad` stays set ------------------- */

typedef struct { const uint8_t *at; uint32_t len; bool bad; } fb;

static uint64_t load(fb *f, uint32_t pos, uint32_t n) {
  uint64_t value = 0;
  if (pos > f->len || n > f->len - pos) f->bad = true;
  else copy(&value, f->at + pos, n);
  return value;
}
static uint32_t u32(fb *f, uint32_t pos) { return (uint32_t)load(f, pos, 4); }

static uint32_t slot(fb *f, uint32_t table, uint32_t n) { /* 0 where the table leaves it out */
  uint32_t vtable = table - u32(f, table);
  if (4 + 2 * n >= (uint32_t)load(f, vtable, 2)) return 0;
  uint32_t offset = (uint32_t)load(f, vtable + 4 + 2 * n, 2);
  return offset ? table + offset : 0;
}
static uint64_t scalar(fb *f, uint32_t table, uint32_t n, uint32_t size, uint64_t otherwise) {
  uint32_t pos = slot(f, table, n);
  return pos ? load(f, pos, size) : otherwise;
}
static uint32_t follow(fb *f, uint32_t pos) { return pos ? pos + u32(f, pos) : 0; }
static uint32_t link(fb *f, uint32_t table, uint32_t n) { return follow(f, slot(f, table, n)); }

static uint32_t vector(fb *f, uint32_t table, uint32_t n, uint32_t item, uint32_t *count) { /* its first item */
  uint32_t pos = link(f, table, n);
  *count = pos ? u32(f, pos) : 0;
  if (!pos) return 0;
  if (f->bad || *count > (f->len - pos - 4) / item) f->bad = true, *count = 0;
  return pos + 4;
}
static rb_str string(fb *f, uint32_t table, uint32_t n) {
  uint32_t count, pos = vector(f, table, n, 1, &count);
  return (rb_str){(const char *)(pos ? f->at + pos : f->at), count};
}

/* ---- schema ---------------------------------------------------------------------------------------- */

struct rb_schema {
  uint32_t count, input_count, meta_count;
  rb_field *fields;
  rb_field *input; /* as it came in */
  rb_pair *meta;   /* without ours */
  buffer reads;
  bool splits;
};

static rb_schema *current;  /* of the last rb_schema */
static rb_str whole, some;  /* current, as messages: of what is emitted where all rows are, and with _rb_row */

/* Of each type its parameters: their sizes in the flatbuffer, z = a string; and what they are if left out. */
static const struct { const char *sizes; int32_t otherwise[3]; } TYPES[] = {
  [RB_INT] = {"41", {0}}, [RB_FLOAT] = {"2", {0}}, [RB_BINARY] = {"", {0}}, [RB_UTF8] = {"", {0}}, [RB_BOOL] = {"", {0}},
  [RB_DECIMAL] = {"444", {0, 0, 128}}, [RB_DATE] = {"2", {1}}, [RB_TIME] = {"24", {1, 32}}, [RB_TIMESTAMP] = {"2z", {0}},
  [RB_INTERVAL] = {"2", {0}}, [RB_LIST] = {"", {0}}, [RB_STRUCT] = {"", {0}}, [RB_FIXED_BINARY] = {"4", {0}},
  [RB_FIXED_LIST] = {"4", {0}}, [RB_MAP] = {"1", {0}}, [RB_DURATION] = {"2", {1}}};

static uint32_t bits(const rb_type *t) { /* of a value; 0 where values have no fixed width of their own */
  switch (t->id) {
    case RB_INT: return (uint32_t)t->a;
    case RB_FLOAT: return 16u << t->a;
    case RB_BOOL: return 1;
    case RB_DECIMAL: return (uint32_t)t->c;
    case RB_DATE: return t->a ? 64 : 32;
    case RB_TIME: return (uint32_t)t->b;
    case RB_TIMESTAMP: case RB_DURATION: return 64;
    case RB_INTERVAL: return t->a == 0 ? 32 : t->a == 1 ? 64 : 128;
    case RB_FIXED_BINARY: return (uint32_t)t->a * 8;
    default: return 0;
  }
}

static bool sound(const rb_field *field) {
  const rb_type *t = &field->type;
  switch (t->id) {
    case RB_INT: return t->a == 8 || t->a == 16 || t->a == 32 || t->a == 64;
    case RB_FLOAT: case RB_INTERVAL: return t->a >= 0 && t->a <= 2;
    case RB_DECIMAL: return t->c == 128 || t->c == 256;
    case RB_TIME: return t->b == 32 || t->b == 64;
    case RB_FIXED_BINARY: return t->a >= 0 && t->a <= MAX_WIDTH;
    case RB_LIST: return field->child_count == 1;
    case RB_FIXED_LIST: return field->child_count == 1 && t->a >= 0 && t->a <= MAX_WIDTH;
    case RB_MAP: return field->child_count == 1 && field->children[0].type.id == RB_STRUCT && field->children[0].child_count == 2;
    default: return true;
  }
}

static bool read_type(fb *f, uint32_t table, rb_type *t) {
  if (t->id < RB_INT || t->id > RB_DURATION || !TYPES[t->id].sizes) return false;
  int32_t *value = &t->a;
  const char *sizes = TYPES[t->id].sizes;
  EACH(i, rb_text(sizes).len) {
    uint32_t size = (uint32_t)(sizes[i] - '0');
    if (sizes[i] == 'z') t->zone = string(f, table, i);
    else value[i] = (int32_t)scalar(f, table, i, size, (uint32_t)TYPES[t->id].otherwise[i]);
  }
  return true;
}

static rb_pair *read_meta(arena *a, fb *f, uint32_t table, uint32_t n, uint32_t *count) {
  uint32_t pos = vector(f, table, n, 4, count);
  rb_pair *pairs = arena_new(a, *count * sizeof(rb_pair));
  EACH(i, *count) {
    uint32_t pair = follow(f, pos + 4 * i);
    pairs[i] = (rb_pair){duplicate(a, string(f, pair, 0)), duplicate(a, string(f, pair, 1))};
  }
  return pairs;
}

static rb_field *read_fields(arena *a, fb *f, uint32_t table, uint32_t n, uint32_t depth, uint32_t *budget, uint32_t *count) {
  uint32_t pos = vector(f, table, n, 4, count);
  if (f->bad || !depth || *count > *budget) { f->bad = true; return NULL; }
  *budget -= *count;
  rb_field *fields = arena_new(a, *count * sizeof(rb_field));
  EACH(i, *count) {
    uint32_t at = follow(f, pos + 4 * i);
    rb_field *field = fields + i;
    field->name = duplicate(a, string(f, at, 0));
    field->nullable = scalar(f, at, 1, 1, 0);
    field->type.id = (int32_t)scalar(f, at, 2, 1, 0);
    if (!read_type(f, link(f, at, 3), &field->type) || slot(f, at, 4)) f->bad = true; /* 4: a dictionary */
    field->type.zone = duplicate(a, field->type.zone);
    field->children = read_fields(a, f, at, 5, depth - 1, budget, &field->child_count);
    field->meta = read_meta(a, f, at, 6, &field->meta_count);
    if (f->bad || !sound(field)) { f->bad = true; return NULL; }
  }
  return fields;
}

rb_str rb_meta(const rb_field *field, const char *key) {
  EACH(i, field->meta_count) if (rb_equal(field->meta[i].key, rb_text(key))) return field->meta[i].value;
  return (rb_str){0};
}

static bool ours(rb_str name) { return name.len > 4 && rb_equal(part(name, 0, 4), RB_STR("_rb_")); }

static rb_field *find(rb_field *fields, uint32_t count, rb_str name) {
  EACH(i, count) if (rb_equal(fields[i].name, name)) return fields + i;
  return NULL;
}
rb_field *rb_find(rb_schema *s, rb_str name) { return find(s->fields, s->count, name); }

rb_field *rb_field_at(rb_schema *s, uint32_t i) { return i < s->count ? s->fields + i : NULL; }

static int no_column(rb_str name) { return rb_fail("no-such-column", "the stream has no column", name); }

static void set_meta(rb_field *field, rb_str key, rb_str value) {
  rb_pair *pairs = arena_new(&of_schema, (field->meta_count + 1) * sizeof(rb_pair));
  uint32_t n = 0;
  EACH(i, field->meta_count) if (!rb_equal(field->meta[i].key, key)) pairs[n++] = field->meta[i];
  pairs[n++] = (rb_pair){key, duplicate(&of_schema, value)};
  field->meta = pairs;
  field->meta_count = n;
}

static void set_from(rb_field *field, const rb_str *from, uint32_t count) {
  buffer b = {0};
  EACH(i, count) put(&b, i ? "," : "[", 1), put_quoted(&b, from[i]);
  put(&b, count ? "]" : "[]", count ? 1 : 2);
  set_meta(field, RB_STR("rb.from"), (rb_str){(char *)b.at, b.len});
}

int rb_recompute(rb_schema *s, rb_str name) {
  rb_field *field = rb_find(s, name);
  if (!field) return no_column(name);
  set_from(field, &field->name, 1);
  field->source = (rb_str){0};
  return 0;
}

int rb_rename(rb_schema *s, rb_str name, rb_str to) {
  rb_field *field = rb_find(s, name);
  if (!field) return no_column(name);
  set_from(field, &field->name, 1);
  if (field->source.ptr) set_meta(field, RB_STR("rb.relation"), RB_STR("copy"));
  field->name = duplicate(&of_schema, to);
  return 0;
}

int rb_remove(rb_schema *s, rb_str name) {
  rb_field *field = rb_find(s, name);
  if (!field) return no_column(name);
  for (s->count--; field < s->fields + s->count; field++) *field = field[1];
  return 0;
}

int rb_add(rb_schema *s, rb_str name, rb_type type, const rb_str *from, uint32_t from_count) {
  if (rb_find(s, name)) return rb_fail("column-exists", "the stream has already a column", name);
  rb_field *fields = arena_new(&of_schema, (s->count + 1) * sizeof(rb_field));
  copy(fields, s->fields, s->count * sizeof(rb_field));
  s->fields = fields;
  rb_field *field = fields + s->count++;
  *field = (rb_field){.name = duplicate(&of_schema, name), .type = type, .nullable = true};
  set_from(field, from, from_count);
  return 0;
}

void rb_reads(rb_schema *s, rb_str name) {
  put(&s->reads, s->reads.len ? "," : "[", 1);
  put_quoted(&s->reads, name);
}
void rb_splits(rb_schema *s) { s->splits = true; }

/* ---- flatbuffers: writing, from front to back: a table before what it points to ---------------------- */

static void set32(buffer *b, uint32_t pos, uint32_t value) { copy(b->at + pos, &value, 4); }

static uint32_t table(buffer *b, const char *sizes) { /* a slot for each size; 0 = left out. Returns its place */
  uint32_t n = rb_text(sizes).len, vtable, at = 4;
  uint16_t offsets[10] = {(uint16_t)(4 + 2 * n)};
  EACH(i, n) {
    uint32_t size = (uint32_t)(sizes[i] - '0');
    if (!size) continue;
    at = (at + size - 1) & ~(size - 1);
    offsets[2 + i] = (uint16_t)at;
    at += size;
  }
  offsets[1] = (uint16_t)at;
  pad(b, 2);
  vtable = b->len;
  put(b, offsets, 4 + 2 * n);
  pad(b, 8);
  uint32_t start = b->len;
  __builtin_memset(grow(b, at), 0, at);
  set32(b, start, start - vtable);
  return start;
}

static uint32_t place(buffer *b, uint32_t start, uint32_t n) {
  fb f = {b->at, b->len, false};
  return slot(&f, start, n);
}
static void set(buffer *b, uint32_t start, uint32_t n, int64_t value, uint32_t size) {
  copy(b->at + place(b, start, n), &value, size);
}
static void point(buffer *b, uint32_t from, uint32_t to) { set32(b, from, to - from); }

static uint32_t put_vector(buffer *b, uint32_t from, uint32_t count) { /* of links; returns the first's place */
  pad(b, 4);
  point(b, from, b->len);
  put(b, &count, 4);
  uint32_t first = b->len;
  if (count) __builtin_memset(grow(b, 4 * count), 0, 4 * count);
  return first;
}

static void put_string(buffer *b, uint32_t from, rb_str text) {
  pad(b, 4);
  point(b, from, b->len);
  put(b, &text.len, 4);
  put(b, text.ptr, text.len);
  put(b, "", 1);
}

static void put_meta(buffer *b, uint32_t from, const rb_pair *pairs, uint32_t count) {
  uint32_t first = put_vector(b, from, count);
  EACH(i, count) {
    uint32_t pair = table(b, "44");
    point(b, first + 4 * i, pair);
    put_string(b, place(b, pair, 0), pairs[i].key);
    put_string(b, place(b, pair, 1), pairs[i].value);
  }
}

static void put_type(buffer *b, uint32_t from, const rb_type *t) {
  const char *sizes = TYPES[t->id].sizes;
  const int32_t *values = &t->a;
  uint32_t start = table(b, t->id == RB_TIMESTAMP ? (t->zone.len ? "24" : "2") : sizes);
  point(b, from, start);
  EACH(i, rb_text(sizes).len) {
    if (sizes[i] != 'z') set(b, start, i, values[i], (uint32_t)(sizes[i] - '0'));
    else if (t->zone.len) put_string(b, place(b, start, i), t->zone);
  }
}

static void put_fields(buffer *b, uint32_t from, const rb_field *fields, uint32_t count) {
  uint32_t first = put_vector(b, from, count);
  EACH(i, count) {
    const rb_field *field = fields + i;
    uint32_t start = table(b, field->meta_count ? "4114044" : "411404");
    point(b, first + 4 * i, start);
    set(b, start, 1, field->nullable, 1);
    set(b, start, 2, field->type.id, 1);
    put_string(b, place(b, start, 0), field->name);
    put_type(b, place(b, start, 3), &field->type);
    put_fields(b, place(b, start, 5), field->children, field->child_count);
    if (field->meta_count) put_meta(b, place(b, start, 6), field->meta, field->meta_count);
  }
}

enum { V5 = 4, SCHEMA = 1, RECORD_BATCH = 3, PREFIX = 8 };
static const uint32_t CONTINUATION = 0xffffffff, END = 0;

static void put_schema(buffer *b, const rb_schema *s, const rb_field *fields, uint32_t count) {
  buffer m = {0};
  rb_pair *meta = rb_new((s->meta_count + 2) * sizeof(rb_pair));
  uint32_t n = s->meta_count, root = 0;
  copy(meta, s->meta, n * sizeof(rb_pair));
  if (s->reads.len) {
    buffer reads = {0};
    put(&reads, s->reads.at, s->reads.len);
    put(&reads, "]", 1);
    meta[n++] = (rb_pair){RB_STR("rb.reads"), {(char *)reads.at, reads.len}};
  }
  if (s->splits) meta[n++] = (rb_pair){RB_STR("rb.splits"), RB_STR("true")};
  put(&m, &root, 4);
  uint32_t message = table(&m, "214");
  point(&m, 0, message);
  set(&m, message, 0, V5, 2);
  set(&m, message, 1, SCHEMA, 1);
  uint32_t schema = table(&m, n ? "244" : "24");
  point(&m, place(&m, message, 2), schema);
  put_fields(&m, place(&m, schema, 1), fields, count);
  if (n) put_meta(&m, place(&m, schema, 2), meta, n);
  pad(&m, 8);
  put(b, &CONTINUATION, 4);
  put(b, &m.len, 4);
  put(b, m.at, m.len);
}

/* ---- columns ------------------------------------------------------------------------------------------ */

struct rb_column {
  const rb_field *field;
  uint32_t length, nulls;
  const uint8_t *validity; /* none: nulls is 0, or length */
  const uint8_t *offsets;
  const uint8_t *data;
  uint32_t data_len, child_count;
  rb_column *children;
  buffer new_validity, new_offsets, new_data; /* while it is being written */
};

static bool is_var(int32_t id) { return id == RB_UTF8 || id == RB_BINARY; }
static bool has_offsets(int32_t id) { return is_var(id) || id == RB_LIST || id == RB_MAP; }

typedef struct { fb f; uint32_t nodes, node_count, buffers, buffer_count; const uint8_t *body; uint64_t body_len; } reader;

static const uint8_t *next_buffer(reader *r, uint64_t least, uint64_t *len) {
  if (!r->buffer_count) { r->f.bad = true; return r->body; }
  uint64_t offset = load(&r->f, r->buffers, 8);
  *len = load(&r->f, r->buffers + 8, 8);
  r->buffers += 16;
  r->buffer_count--;
  if (*len > r->body_len || offset > r->body_len - *len || *len < least) r->f.bad = true;
  return r->f.bad ? r->body : r->body + offset;
}

static uint32_t offset_at(const rb_column *c, uint32_t i) {
  uint32_t value = 0;
  if (c->length) copy(&value, c->offsets + 4 * i, 4);
  return value;
}

static void read_column(reader *r, const rb_field *field, rb_column *c) {
  uint64_t length = load(&r->f, r->nodes, 8), nulls = load(&r->f, r->nodes + 8, 8), size = 0;
  uint64_t most = r->body_len * 8 > FREE_ROWS ? r->body_len * 8 : FREE_ROWS;
  c->field = field;
  if (!r->node_count || length > most || nulls > length) r->f.bad = true;
  if (r->f.bad) return;
  r->nodes += 16;
  r->node_count--;
  c->length = (uint32_t)length;
  c->nulls = (uint32_t)nulls;
  const uint8_t *validity = next_buffer(r, nulls && nulls < length ? (length + 7) / 8 : 0, &size);
  c->validity = nulls && size >= (length + 7) / 8 ? validity : NULL;
  uint64_t last = 0;
  if (has_offsets(field->type.id)) {
    c->offsets = next_buffer(r, length ? (length + 1) * 4 : 0, &size);
    if (r->f.bad) return;
    uint32_t before = offset_at(c, 0);
    for (uint32_t i = 1; i <= c->length; i++) {
      uint32_t next = offset_at(c, i);
      if (next < before || next > 0x7fffffff) r->f.bad = true;
      before = next;
    }
    last = before;
  } else if (field->type.id == RB_FIXED_LIST) last = length * (uint64_t)field->type.a;
  else if (field->type.id == RB_STRUCT) last = length;
  if (is_var(field->type.id) || bits(&field->type) || field->type.id == RB_FIXED_BINARY) {
    c->data = next_buffer(r, is_var(field->type.id) ? last : (length * bits(&field->type) + 7) / 8, &size);
    c->data_len = (uint32_t)size;
  }
  c->child_count = field->child_count;
  c->children = rb_new(c->child_count * sizeof(rb_column));
  EACH(i, c->child_count) {
    if (r->f.bad) return;
    read_column(r, field->children + i, c->children + i);
    if (c->children[i].length < last) r->f.bad = true;
  }
}

struct rb_batch {
  uint32_t rows, column_count;
  rb_column *columns;  /* as they came in */
  rb_column **outputs; /* by the schema's place; null where nothing was put */
  uint32_t *origin;    /* null: row n is made of row n */
  uint8_t *dropped;    /* a bit a row */
  rb_column *op, *unchanged;
  int64_t time_us;
  rb_str kind;
  bool *emitted;
};

/* ---- reading --------------------------------------------------------------------------------------------- */

uint32_t rb_rows(const rb_batch *b) { return b->rows; }
int64_t rb_time_us(const rb_batch *b) { return b->time_us; }
rb_str rb_kind(const rb_batch *b) { return b->kind; }
const rb_field *rb_field_of(const rb_column *c) { return c->field; }
uint32_t rb_length(const rb_column *c) { return c->length; }

rb_column *rb_input(const rb_batch *b, rb_str name) {
  EACH(i, b->column_count) if (rb_equal(b->columns[i].field->name, name)) return b->columns + i;
  return NULL;
}

rb_column *rb_input_at(const rb_batch *b, uint32_t i) {
  return i < b->column_count && !ours(b->columns[i].field->name) ? b->columns + i : NULL;
}

static void check(bool holds) { if (!holds) __builtin_trap(); }

bool rb_is_null(const rb_column *c, uint32_t row) {
  check(c && row < c->length);
  return c->validity ? !(c->validity[row / 8] >> row % 8 & 1) : c->nulls != 0;
}

bool rb_bool(const rb_column *c, uint32_t row) {
  check(c && c->field->type.id == RB_BOOL && row < c->length);
  return c->data[row / 8] >> row % 8 & 1;
}

int64_t rb_int(const rb_column *c, uint32_t row) {
  check(c);
  uint32_t size = bits(&c->field->type) / 8;
  int32_t id = c->field->type.id;
  check(row < c->length && size && size <= 8 && id != RB_FLOAT && id != RB_FIXED_BINARY);
  uint64_t value = 0;
  copy(&value, c->data + (uint64_t)row * size, size);
  if (id == RB_INT && !c->field->type.b) return (int64_t)value;
  return (int64_t)(value << (64 - 8 * size)) >> (64 - 8 * size);
}

double rb_float(const rb_column *c, uint32_t row) {
  check(c && c->field->type.id == RB_FLOAT && c->field->type.a && row < c->length);
  float single;
  double value;
  if (c->field->type.a == 2) { copy(&value, c->data + 8 * row, 8); return value; }
  copy(&single, c->data + 4 * row, 4);
  return single;
}

rb_str rb_bytes(const rb_column *c, uint32_t row) {
  check(c && row < c->length);
  uint32_t size = bits(&c->field->type);
  if (is_var(c->field->type.id)) {
    uint32_t start = offset_at(c, row);
    return (rb_str){(const char *)c->data + start, offset_at(c, row + 1) - start};
  }
  if (c->field->type.id == RB_BOOL) return (rb_str){rb_bool(c, row) ? "\1" : "\0", 1};
  check(size || c->field->type.id == RB_FIXED_BINARY);
  return (rb_str){(const char *)c->data + row * (size / 8), size / 8};
}

rb_range rb_items(const rb_column *c, uint32_t row) {
  check(c && row < c->length && c->child_count == 1);
  uint32_t n = (uint32_t)c->field->type.a;
  if (c->field->type.id == RB_FIXED_LIST) return (rb_range){row * n, row * n + n};
  check(has_offsets(c->field->type.id));
  return (rb_range){offset_at(c, row), offset_at(c, row + 1)};
}

rb_column *rb_child(const rb_column *c, uint32_t index) {
  check(c && index < c->child_count);
  return c->children + index;
}

char rb_op(const rb_batch *b, uint32_t row) {
  return b->op ? (char)rb_int(b->op, row) : 'c';
}

bool rb_unchanged(const rb_batch *b, uint32_t row, rb_str name) {
  rb_column *marks = b->unchanged;
  if (!marks || rb_is_null(marks, row)) return false;
  rb_range range = rb_items(marks, row);
  for (uint32_t i = range.start; i < range.end; i++) {
    uint32_t column = (uint32_t)rb_int(rb_child(marks, 0), i);
    if (column < b->column_count && rb_equal(b->columns[column].field->name, name)) return true;
  }
  return false;
}

/* ---- writing ----------------------------------------------------------------------------------------------- */

static void init_column(rb_column *c, const rb_field *field) {
  c->field = field;
  c->child_count = field->child_count;
  c->children = rb_new(c->child_count * sizeof(rb_column));
  if (has_offsets(field->type.id)) __builtin_memset(grow(&c->new_offsets, 4), 0, 4);
  c->offsets = c->new_offsets.at;
  EACH(i, c->child_count) init_column(c->children + i, field->children + i);
}

static void put_bit(buffer *b, uint32_t at, bool bit) {
  if (at % 8 == 0) *grow(b, 1) = 0;
  if (bit) b->at[at / 8] |= (uint8_t)(1 << at % 8);
}

static void put_row(rb_column *c, bool present) { /* ends a row whose value has been put */
  int32_t id = c->field->type.id;
  if (has_offsets(id)) {
    uint32_t end = is_var(id) ? c->new_data.len : c->children[0].length;
    put(&c->new_offsets, &end, 4);
  }
  if (!present && !c->nulls) EACH(i, c->length) put_bit(&c->new_validity, i, true); /* the first NULL */
  if (!present) c->nulls++;
  if (c->nulls) put_bit(&c->new_validity, c->length, present);
  c->length++;
  c->validity = c->nulls ? c->new_validity.at : NULL;
  c->offsets = c->new_offsets.at;
  c->data = c->new_data.at;
  c->data_len = c->new_data.len;
}

void rb_put_null(rb_column *c) {
  uint32_t size = bits(&c->field->type);
  if (c->field->type.id == RB_BOOL) put_bit(&c->new_data, c->length, false);
  else if (size) __builtin_memset(grow(&c->new_data, size / 8), 0, size / 8);
  if (c->field->type.id == RB_STRUCT) EACH(i, c->child_count) rb_put_null(c->children + i);
  if (c->field->type.id == RB_FIXED_LIST) EACH(i, (uint32_t)c->field->type.a) rb_put_null(c->children);
  put_row(c, false);
}

void rb_put_bool(rb_column *c, bool value) {
  check(c->field->type.id == RB_BOOL);
  put_bit(&c->new_data, c->length, value);
  put_row(c, true);
}

void rb_put_int(rb_column *c, int64_t value) {
  uint32_t size = bits(&c->field->type) / 8;
  int32_t id = c->field->type.id;
  check(size && size <= 8 && id != RB_FLOAT && id != RB_FIXED_BINARY);
  put(&c->new_data, &value, size);
  put_row(c, true);
}

void rb_put_float(rb_column *c, double value) {
  check(c->field->type.id == RB_FLOAT && c->field->type.a);
  float single = (float)value;
  if (c->field->type.a == 2) put(&c->new_data, &value, 8);
  else put(&c->new_data, &single, 4);
  put_row(c, true);
}

void rb_put_bytes(rb_column *c, rb_str value) {
  uint32_t size = bits(&c->field->type);
  if (c->field->type.id == RB_BOOL) { rb_put_bool(c, value.len && value.ptr[0]); return; }
  check(is_var(c->field->type.id) || ((size || c->field->type.id == RB_FIXED_BINARY) && value.len == size / 8));
  put(&c->new_data, value.ptr, value.len);
  put_row(c, true);
}

void rb_put_items(rb_column *c) {
  int32_t id = c->field->type.id;
  uint32_t due = (c->length + 1) * (id == RB_FIXED_LIST ? (uint32_t)c->field->type.a : 1);
  check(id == RB_LIST || id == RB_MAP || id == RB_STRUCT || id == RB_FIXED_LIST);
  if (id == RB_STRUCT || id == RB_FIXED_LIST) EACH(i, c->child_count) check(c->children[i].length == due);
  put_row(c, true);
}

rb_column *rb_output(rb_batch *b, rb_str name) {
  rb_field *field = rb_find(current, name);
  if (!field || field->source.ptr) {
    rb_fail("not-an-output", "the schema does not say that this column is computed", name);
    return NULL;
  }
  rb_column *column = rb_new(sizeof(rb_column));
  init_column(column, field);
  b->outputs[field - current->fields] = column;
  return column;
}

void rb_drop(rb_batch *b, uint32_t row) {
  check(row < b->rows);
  if (!b->dropped) b->dropped = rb_new((b->rows + 7) / 8);
  b->dropped[row / 8] |= (uint8_t)(1 << row % 8);
}

void rb_reject(rb_batch *b, uint32_t row, const char *code, const char *message) {
  rb_drop(b, row);
  rb_str json = fault(code, message, (rb_str){0});
  rb_host_reject((int32_t)(b->origin ? b->origin[row] : row), json.ptr, json.len);
}

/* Some rows of a column, copied value by value of the layout, whatever the type means. */
static void take(const rb_column *c, const uint32_t *rows, uint32_t count, rb_column *out) {
  int32_t id = c->field->type.id;
  uint32_t size = bits(&c->field->type) / 8, items = 0, *picks = NULL;
  *out = (rb_column){0};
  init_column(out, c->field);
  if (!is_var(id) && has_offsets(id)) EACH(i, count) items += offset_at(c, rows[i] + 1) - offset_at(c, rows[i]);
  if (id == RB_FIXED_LIST) items = count * (uint32_t)c->field->type.a;
  if (items) picks = rb_new(items * 4);
  if (size) out->new_data.at = rb_new(out->new_data.cap = count * size);
  items = 0;
  EACH(i, count) {
    uint32_t row = rows[i];
    check(row < c->length);
    if (is_var(id)) put(&out->new_data, c->data + offset_at(c, row), offset_at(c, row + 1) - offset_at(c, row));
    else if (id == RB_BOOL) put_bit(&out->new_data, i, rb_bool(c, row));
    else if (size) put(&out->new_data, c->data + row * size, size);
    else if (id == RB_LIST || id == RB_MAP || id == RB_FIXED_LIST) {
      rb_range range = rb_items(c, row);
      while (range.start < range.end) picks[items++] = range.start++;
      out->children[0].length = items; /* for put_row; taken below */
    }
    put_row(out, !rb_is_null(c, row));
  }
  bool listed = id == RB_LIST || id == RB_MAP || id == RB_FIXED_LIST;
  EACH(i, c->child_count) take(c->children + i, listed ? picks : rows, listed ? items : count, out->children + i);
}

static void name_columns(rb_batch *b) {
  b->op = rb_input(b, RB_STR("_rb_op"));
  b->unchanged = rb_input(b, RB_STR("_rb_unchanged"));
  if (b->op && (b->op->field->type.id != RB_INT || b->op->nulls)) b->op = NULL;
}

rb_batch *rb_take(const rb_batch *b, const uint32_t *rows, uint32_t count) {
  rb_batch *taken = rb_new(sizeof(rb_batch));
  *taken = *b;
  taken->rows = count;
  taken->dropped = NULL;
  EACH(i, count) if (b->dropped && rows[i] < b->rows && b->dropped[rows[i] / 8] >> rows[i] % 8 & 1) rb_drop(taken, i);
  taken->origin = rb_new(count * 4);
  EACH(i, count) {
    check(rows[i] < b->rows);
    taken->origin[i] = b->origin ? b->origin[rows[i]] : rows[i];
  }
  taken->columns = rb_new(b->column_count * sizeof(rb_column));
  EACH(i, b->column_count) take(b->columns + i, rows, count, taken->columns + i);
  name_columns(taken);
  taken->outputs = rb_new(current->count * sizeof(rb_column *));
  EACH(i, current->count) if (b->outputs[i] && b->outputs[i]->length == b->rows)
    take(b->outputs[i], rows, count, taken->outputs[i] = rb_new(sizeof(rb_column)));
  return taken;
}

/* ---- a batch as bytes ----------------------------------------------------------------------------------------- */

typedef struct { buffer nodes, buffers; uint64_t body; struct { const uint8_t *at; uint32_t len; } *parts; uint32_t count; } outline;

static void add_buffer(outline *o, const uint8_t *at, uint64_t len) {
  put(&o->buffers, &o->body, 8);
  put(&o->buffers, &len, 8);
  if (o->parts) { o->parts[o->count].at = at; o->parts[o->count].len = (uint32_t)len; }
  o->count++;
  o->body += (len + 7) & ~7ull;
}

static uint32_t count_buffers(const rb_field *field) {
  uint32_t n = 3;
  EACH(i, field->child_count) n += count_buffers(field->children + i);
  return n;
}

static void outline_column(outline *o, const rb_column *c) {
  uint64_t node[2] = {c->length, c->nulls};
  int32_t id = c->field->type.id;
  put(&o->nodes, node, 16);
  add_buffer(o, c->validity, c->validity ? (c->length + 7) / 8 : 0);
  if (has_offsets(id)) add_buffer(o, c->length ? c->offsets : (const uint8_t *)"\0\0\0", 4 * ((uint64_t)c->length + 1));
  uint32_t size = bits(&c->field->type);
  if (is_var(id)) add_buffer(o, c->data, offset_at(c, c->length));
  else if (size || id == RB_FIXED_BINARY) add_buffer(o, c->data, ((uint64_t)c->length * size + 7) / 8);
  EACH(i, c->child_count) outline_column(o, c->children + i);
}

/* Message and RecordBatch, laid out by hand: each place is known. `n` nodes, `m` buffers. */
static void put_batch(buffer *b, const outline *o, uint32_t rows) {
  uint32_t n = o->nodes.len / 16, m = o->buffers.len / 16, len = 80 + 16 * n + 16 * m;
  uint16_t message[] = {12, 20, 16, 18, 4, 8}, batch[] = {10, 20, 8, 4, 16};
  put(b, &CONTINUATION, 4);
  put(b, &len, 4);
  uint8_t *at = grow(b, len);
  __builtin_memset(at, 0, len);
  uint32_t words[] = {16}, table_words[] = {12, 28}, batch_words[] = {12, 16}, buffers = 12 + 16 * n;
  uint64_t row_count = rows;
  copy(at, words, 4);                    /* the message is at 16 */
  copy(at + 4, message, sizeof message); /* its vtable */
  copy(at + 16, table_words, 8);         /* the header is at 20 + 28 */
  copy(at + 24, &o->body, 8);
  at[32] = V5;
  at[34] = RECORD_BATCH;
  copy(at + 36, batch, sizeof batch);
  copy(at + 48, batch_words, 8);         /* the nodes' count is at 52 + 16 */
  copy(at + 56, &row_count, 8);
  copy(at + 64, &buffers, 4);
  copy(at + 68, &n, 4);
  copy(at + 72, o->nodes.at, 16 * n);
  copy(at + 76 + 16 * n, &m, 4);
  copy(at + 80 + 16 * n, o->buffers.at, 16 * m);
}

static const rb_field ROW = {.name = {"_rb_row", 7}, .type = {.id = RB_INT, .a = 32}, .nullable = false};

static rb_column *output_of(rb_batch *b, uint32_t i) {
  rb_field *field = current->fields + i;
  rb_column *column = field->source.ptr ? rb_input(b, field->source) : b->outputs[i];
  if (!column || column->length != b->rows) {
    rb_fail("missing-values", "not every row was given a value of column", field->name);
    return NULL;
  }
  return column;
}

static bool is_sent(uint32_t column) { /* copies stay at home, where the host has them, unless a row may stand twice */
  return current->splits || !current->fields[column].source.ptr;
}

int rb_emit(rb_batch *b, rb_str route) {
  *b->emitted = true;
  bool all = !b->dropped && !b->origin;
  uint32_t *kept_rows = NULL, *origins = NULL, rows = all ? b->rows : 0, buffers = 3;
  if (!all) {
    kept_rows = rb_new(b->rows * 4), origins = rb_new(b->rows * 4);
    EACH(row, b->rows) if (!b->dropped || !(b->dropped[row / 8] >> row % 8 & 1)) {
      kept_rows[rows] = row;
      origins[rows++] = b->origin ? b->origin[row] : row;
    }
  }
  rb_str message = all ? whole : some;
  outline o = {0};
  EACH(i, current->count) buffers += count_buffers(current->fields + i);
  o.parts = rb_new(buffers * sizeof *o.parts);
  EACH(i, current->count) if (is_sent(i)) {
    rb_column *column = output_of(b, i), taken;
    if (!column) return -1;
    if (rows < b->rows) take(column, kept_rows, rows, &taken), column = &taken;
    outline_column(&o, column);
  }
  rb_column of_rows = {.field = &ROW, .length = rows, .data = (uint8_t *)origins};
  if (!all) outline_column(&o, &of_rows);
  if (o.body > 0x70000000) return rb_fail("batch-too-large", "the batch has more than 1.75 GiB", (rb_str){0});
  buffer out = {0};
  out.at = rb_new(out.cap = message.len + 96 + o.nodes.len + o.buffers.len + (uint32_t)o.body + PREFIX);
  put(&out, message.ptr, message.len);
  put_batch(&out, &o, rows);
  EACH(i, o.count) put(&out, o.parts[i].at, o.parts[i].len), pad(&out, 8);
  put(&out, &CONTINUATION, 4);
  put(&out, &END, 4);
  rb_host_emit(RB_EMIT_BATCH, out.at, out.len, route.ptr, route.len);
  return 0;
}

/* ---- the ABI's exports -------------------------------------------------------------------------------------------- */

RB_EXPORT("rb_abi") int32_t rb_abi(void) { return 1; }

RB_EXPORT("rb_alloc") void *rb_alloc(uint32_t len) {
  block *b = take_block(len);
  return b ? b + 1 : NULL;
}

RB_EXPORT("rb_free") void rb_free(void *p, uint32_t len) {
  (void)len;
  if (p) give_block((block *)p - 1);
}

RB_EXPORT("rb_open") int32_t rb_open(const char *json, uint32_t len) {
  rb_str setup = duplicate(&kept, (rb_str){json, len});
  int result = rb_on_open(rb_json_get(setup, "config"));
  arena_clear(&of_call);
  return result;
}

RB_EXPORT("rb_close") int32_t rb_close(void) { return 0; }

static fb next_message(rb_str *ipc, uint32_t kind, uint32_t *header, uint64_t *body) {
  fb prefix = {(const uint8_t *)ipc->ptr, ipc->len, false};
  uint32_t mark = u32(&prefix, 0), len = u32(&prefix, 4);
  fb f = {prefix.at + PREFIX, len, prefix.bad || mark != CONTINUATION || len > ipc->len - PREFIX};
  if (f.bad) f.len = len = 0;
  else *ipc = part(*ipc, PREFIX + len, ipc->len);
  uint32_t message = u32(&f, 0);
  *header = link(&f, message, 2);
  *body = scalar(&f, message, 3, 8, 0);
  if (scalar(&f, message, 1, 1, 0) != kind || !*header) f.bad = true;
  return f;
}

static int bad_stream(const char *why) { return rb_fail("undecodable-batch", "the batch cannot be read", rb_text(why)); }

static rb_field *read_schema(arena *a, rb_str *ipc, rb_schema *s) {
  uint32_t header, budget = MAX_FIELDS;
  uint64_t body;
  fb f = next_message(ipc, SCHEMA, &header, &body);
  s->input = read_fields(a, &f, header, 1, MAX_DEPTH, &budget, &s->input_count);
  s->meta = read_meta(a, &f, header, 2, &s->meta_count);
  return f.bad || scalar(&f, header, 0, 2, 0) != 0 || body ? NULL : s->input; /* 0: little-endian */
}

static bool read_batch(rb_str meta, rb_str ipc, rb_schema *s, rb_batch *batch) { /* behind its schema */
  reader r = {0};
  uint32_t header;
  r.f = next_message(&ipc, RECORD_BATCH, &header, &r.body_len);
  r.body = (const uint8_t *)ipc.ptr;
  if (r.body_len > ipc.len || slot(&r.f, header, 3)) r.f.bad = true; /* 3: compression */
  uint64_t rows = scalar(&r.f, header, 0, 8, 0);
  r.nodes = vector(&r.f, header, 1, 16, &r.node_count);
  r.buffers = vector(&r.f, header, 2, 16, &r.buffer_count);
  batch->column_count = s->input_count;
  batch->columns = rb_new(s->input_count * sizeof(rb_column));
  EACH(i, s->input_count) {
    if (!r.f.bad) read_column(&r, s->input + i, batch->columns + i);
    if (batch->columns[i].length != rows) r.f.bad = true;
  }
  if (r.f.bad || r.node_count || r.buffer_count || rows > 0x7fffffff) return false;
  batch->rows = (uint32_t)rows;
  name_columns(batch);
  batch->time_us = rb_json_int(rb_json_get(meta, "time_us"), 0);
  rb_json kind = rb_json_get(meta, "kind");
  if (kind.len > 2) batch->kind = part(kind, 1, kind.len - 1);
  return true;
}

#ifndef RAPIDBYTE_DESTINATION

static rb_str message_of(const rb_schema *s, const rb_field *fields, uint32_t count) {
  buffer message = {0};
  put_schema(&message, s, fields, count);
  return duplicate(&of_schema, (rb_str){(char *)message.at, message.len});
}

static int answer_schema(rb_str ipc) {
  arena_clear(&of_schema);
  current = arena_new(&of_schema, sizeof(rb_schema));
  whole = some = (rb_str){0};
  rb_schema *s = current;
  if (!read_schema(&of_schema, &ipc, s)) return bad_stream("its schema");
  s->fields = arena_new(&of_schema, (s->input_count + 1) * sizeof(rb_field));
  EACH(i, s->input_count) if (!ours(s->input[i].name)) {
    rb_field *field = s->fields + s->count++;
    *field = s->input[i];
    field->source = field->name;
  }
  int result = rb_on_schema(s);
  if (result) return result;
  buffer shown = {0};
  put_schema(&shown, s, s->fields, s->count);
  put(&shown, &CONTINUATION, 4);
  put(&shown, &END, 4);
  rb_host_emit(RB_EMIT_SCHEMA, shown.at, shown.len, NULL, 0);
  rb_field *sent = rb_new((s->count + 1) * sizeof(rb_field));
  uint32_t count = 0;
  EACH(i, s->count) if (is_sent(i)) sent[count++] = s->fields[i];
  sent[count] = ROW;
  whole = message_of(s, sent, count);
  some = message_of(s, sent, count + 1);
  s->reads = (buffer){0}; /* it lies in the call's arena */
  return 0;
}

static bool same_fields(const rb_field *a, uint32_t a_count, const rb_field *b, uint32_t b_count);

static bool same_type(const rb_field *a, const rb_field *b) {
  const rb_type *s = &a->type, *t = &b->type;
  if (s->id != t->id || s->a != t->a || s->b != t->b || s->c != t->c || !rb_equal(s->zone, t->zone)) return false;
  return same_fields(a->children, a->child_count, b->children, b->child_count);
}

static bool same_fields(const rb_field *a, uint32_t a_count, const rb_field *b, uint32_t b_count) {
  if (a_count != b_count) return false;
  EACH(i, a_count) if (!rb_equal(a[i].name, b[i].name) || !same_type(a + i, b + i)) return false;
  return true;
}

static int answer_batch(rb_str meta, rb_str ipc) {
  if (!whole.ptr) return rb_fail("no-schema", "rb_transform before rb_schema", (rb_str){0});
  rb_schema s = {0};
  rb_batch batch = {0};
  bool emitted = false;
  if (!read_schema(&of_call, &ipc, &s)) return bad_stream("its schema");
  if (!same_fields(s.input, s.input_count, current->input, current->input_count))
    return rb_fail("other-schema", "the batch is not of the schema given last", (rb_str){0});
  if (!read_batch(meta, ipc, &s, &batch)) return bad_stream("its columns");
  batch.outputs = rb_new(current->count * sizeof(rb_column *));
  batch.emitted = &emitted;
  int result = rb_on_batch(&batch);
  return result || emitted ? result : rb_emit(&batch, (rb_str){0});
}

RB_EXPORT("rb_schema") int32_t rb_schema_in(const char *ipc, uint32_t len) {
  int result = answer_schema((rb_str){ipc, len});
  arena_clear(&of_call);
  return result;
}

RB_EXPORT("rb_transform") int32_t rb_transform_in(const char *meta, uint32_t meta_len, const char *ipc, uint32_t len) {
  int result = answer_batch((rb_str){meta, meta_len}, (rb_str){ipc, len});
  arena_clear(&of_call);
  return result;
}

#endif
