/* Passes rows on, and does to the host what the text column "name" of a row says. With state it counts the rows of a name, a minute long. */
#include "rapidbyte.h"

static volatile uint32_t sink;
static bool counts;

int rb_on_open(rb_json config) {
  counts = rb_json_int(rb_json_get(config, "count"), 0);
  return 0;
}

int rb_on_schema(rb_schema *schema) {
  rb_field *name = rb_find(schema, RB_STR("name"));
  if (!name || name->type.id != RB_UTF8) return rb_fail("no-such-column", "the stream has no text column", RB_STR("name"));
  if (counts) return rb_add(schema, RB_STR("seen"), (rb_type){RB_INT, 64, 1, 0, {0, 0}}, &(rb_str){"name", 4}, 1);
  return 0;
}

__attribute__((noinline)) static uint32_t deeper(uint32_t n) {
  if (sink == 0xFFFFFFFF) return n;
  return (deeper(n + 1) * 3) ^ sink;
}

__attribute__((noinline)) static void trapped(void) { __builtin_trap(); }

static void request(rb_str url) {
  static char text[1024], answer[4096];
  static const char head[] = "{\"method\":\"POST\",\"url\":\"", tail[] = "\",\"headers\":{}}\nbody";
  uint32_t at = sizeof head - 1;
  __builtin_memcpy(text, head, at);
  __builtin_memcpy(text + at, url.ptr, url.len);
  at += url.len;
  __builtin_memcpy(text + at, tail, sizeof tail - 1);
  rb_host_http(text, at + sizeof tail - 1, answer, sizeof answer);
}

static void deed(rb_str what) {
  if (rb_equal(what, RB_STR("loop"))) for (;;) sink++;
  if (rb_equal(what, RB_STR("bomb"))) { while (__builtin_wasm_memory_grow(0, 16) != (unsigned long)-1) sink++; trapped(); }
  if (rb_equal(what, RB_STR("recursion"))) sink = deeper(0);
  if (rb_equal(what, RB_STR("trap"))) { rb_log(RB_ERROR, RB_STR("this row is too much")); trapped(); }
  if (rb_equal(what, RB_STR("pointer"))) rb_host_emit(RB_EMIT_BATCH, (void *)0xFFFFFFF0u, 64, 0, 0);
  if (rb_equal(what, RB_STR("gibibyte"))) rb_host_emit(RB_EMIT_BATCH, 0, 1u << 30, 0, 0);
  if (what.len > 4 && rb_equal((rb_str){what.ptr, 4}, RB_STR("http"))) request(what);
  if (rb_equal(what, RB_STR("say"))) rb_log(RB_WARN, RB_STR("a line"));
}

static int64_t counted(rb_str name) {
  rb_str value;
  int64_t count = 1;
  if (rb_state_get(name, &value)) { __builtin_memcpy(&count, value.ptr, 8); count++; }
  rb_state_put(name, (rb_str){(char *)&count, 8}, 60000);
  return count;
}

int rb_on_batch(rb_batch *batch) {
  rb_column *name = rb_input(batch, RB_STR("name")), *seen = counts ? rb_output(batch, RB_STR("seen")) : NULL;
  for (uint32_t row = 0; row < rb_rows(batch); row++) {
    bool none = rb_is_null(name, row) || rb_op(batch, row) == 'd';
    if (!none) deed(rb_bytes(name, row));
    if (!counts) continue;
    if (none) rb_put_null(seen); else rb_put_int(seen, counted(rb_bytes(name, row)));
  }
  return 0;
}
