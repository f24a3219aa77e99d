/* Lets a change pass unless one with the same values in the named columns has passed within the window.
   config: columns, required; window_s, default 600. The manifest asks for state; a duplicate drops the change alone. */
#include "rapidbyte.h"

static rb_str *columns;
static uint32_t column_count;
static int64_t window_ms;

int rb_on_open(rb_json config) {
  column_count = rb_json_strings(rb_json_get(config, "columns"), &columns);
  window_ms = rb_json_int(rb_json_get(config, "window_s"), 600) * 1000;
  if (!column_count) return rb_fail("no-columns", "config.columns is empty", RB_STR("name those by which duplicates are known"));
  return window_ms > 0 ? 0 : rb_fail("bad-window", "config.window_s is not above 0", rb_json_get(config, "window_s"));
}

int rb_on_schema(rb_schema *schema) {
  for (uint32_t i = 0; i < column_count; i++) {
    rb_field *field = rb_find(schema, columns[i]);
    if (!field || field->child_count) return rb_fail("no-such-column", "the stream has no simple column", columns[i]);
    rb_reads(schema, columns[i]);
  }
  return 0;
}

/* Of each column 0 where it is NULL, else 1, the length in four bytes, the value: no two rows look alike that are not. */
static rb_str key_of(const rb_batch *batch, uint32_t row) {
  uint32_t size = 0;
  rb_str *values = rb_new(column_count * sizeof(rb_str));
  for (uint32_t i = 0; i < column_count; i++) {
    rb_column *column = rb_input(batch, columns[i]);
    if (rb_is_null(column, row)) { values[i].ptr = NULL; size++; }
    else { values[i] = rb_bytes(column, row); size += 5 + values[i].len; }
  }
  uint8_t *key = rb_new(size), *at = key;
  for (uint32_t i = 0; i < column_count; i++) {
    if (!values[i].ptr) { *at++ = 0; continue; }
    *at++ = 1;
    __builtin_memcpy(at, &values[i].len, 4);
    __builtin_memcpy(at + 4, values[i].ptr, values[i].len);
    at += 4 + values[i].len;
  }
  return (rb_str){(char *)key, size};
}

int rb_on_batch(rb_batch *batch) {
  uint32_t dropped = 0;
  for (uint32_t row = 0; row < rb_rows(batch); row++) {
    if (rb_op(batch, row) == 'd') continue;
    rb_str key = key_of(batch, row);
    if (rb_state_has(key)) { rb_drop(batch, row); dropped++; }
    else rb_state_put(key, RB_STR("1"), window_ms);
  }
  if (dropped) rb_count("duplicates", dropped);
  return 0;
}
