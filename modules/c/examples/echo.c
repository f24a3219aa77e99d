/* Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
   config: reject, a row; route, to where the even rows go as well, and then the others go out backwards;
   reshape, to rename, remove and add columns instead, and to use state, log and metrics. */
#include "rapidbyte.h"

static int64_t rejected;
static rb_str route;
static bool reshape;

int rb_on_open(rb_json config) {
  rejected = rb_json_int(rb_json_get(config, "reject"), -1);
  rb_json_string(rb_json_get(config, "route"), &route);
  reshape = rb_json_get(config, "reshape").len;
  return 0;
}

static int other_shape(rb_schema *schema) {
  rb_str from[] = {RB_STR("email")};
  rb_splits(schema);
  if (rb_rename(schema, RB_STR("id"), RB_STR("number")) || rb_remove(schema, RB_STR("amount"))) return -1;
  return rb_add(schema, RB_STR("email changed"), (rb_type){.id = RB_BOOL}, from, 1);
}

/* Keeps 300 bytes more for each batch, three times. */
static void remember(rb_batch *batch) {
  rb_str seen = {0};
  rb_state_get(RB_STR("seen"), &seen);
  rb_count("bytes", seen.len);
  rb_count("seconds", (double)(rb_time_us(batch) / 1000000));
  rb_log(RB_INFO, RB_STR("reshaped"));
  char *more = rb_new(seen.len + 300);
  __builtin_memset(more, 's', seen.len + 300);
  if (seen.len >= 600) rb_state_delete(RB_STR("seen"));
  else rb_state_put(RB_STR("seen"), (rb_str){more, seen.len + 300}, 0);
}

static int reshaped(rb_batch *batch) {
  rb_column *changed = rb_output(batch, RB_STR("email changed"));
  if (!changed) return -1;
  for (uint32_t row = 0; row < rb_rows(batch); row++) rb_put_bool(changed, !rb_unchanged(batch, row, RB_STR("email")));
  remember(batch);
  return 0;
}

int rb_on_schema(rb_schema *schema) {
  rb_field *field;
  if (reshape) return other_shape(schema);
  for (uint32_t i = 0; (field = rb_field_at(schema, i)); i++) rb_recompute(schema, field->name);
  return 0;
}

static void again(const rb_column *from, uint32_t row, rb_column *to) {
  const rb_field *field = rb_field_of(from);
  rb_range items;
  if (rb_is_null(from, row)) { rb_put_null(to); return; }
  switch (field->type.id) {
    case RB_BOOL: rb_put_bool(to, rb_bool(from, row)); break;
    case RB_INT: case RB_DATE: case RB_TIME: case RB_TIMESTAMP: case RB_DURATION: rb_put_int(to, rb_int(from, row)); break;
    case RB_FLOAT: rb_put_float(to, rb_float(from, row)); break;
    case RB_LIST: case RB_MAP: case RB_FIXED_LIST:
      for (items = rb_items(from, row); items.start < items.end; items.start++) again(rb_child(from, 0), items.start, rb_child(to, 0));
      rb_put_items(to);
      break;
    case RB_STRUCT:
      for (uint32_t i = 0; i < field->child_count; i++) again(rb_child(from, i), row, rb_child(to, i));
      rb_put_items(to);
      break;
    default: rb_put_bytes(to, rb_bytes(from, row));
  }
}

int rb_on_batch(rb_batch *batch) {
  const rb_field *field;
  rb_column *from;
  if (reshape) return reshaped(batch);
  for (uint32_t i = 0; (from = rb_input_at(batch, i)); i++) {
    field = rb_field_of(from);
    rb_column *to = rb_output(batch, field->name);
    for (uint32_t row = 0; to && row < rb_rows(batch); row++) again(from, row, to);
  }
  if (rejected >= 0 && rejected < rb_rows(batch)) rb_reject(batch, (uint32_t)rejected, "unwanted", "the configuration says so");
  if (!route.len) return 0;
  uint32_t *backwards = rb_new(rb_rows(batch) * 4), *even = rb_new(rb_rows(batch) * 4), count = 0;
  for (uint32_t row = 0; row < rb_rows(batch); row++) {
    backwards[rb_rows(batch) - 1 - row] = row;
    if (row % 2 == 0) even[count++] = row;
  }
  int result = rb_emit(rb_take(batch, backwards, rb_rows(batch)), (rb_str){0});
  return result ? result : rb_emit(rb_take(batch, even, count), route);
}
