/* Puts *** in place of every value of a text column. config: column. */
#include "rapidbyte.h"

static rb_str name;

/* Once, with the pipeline's configuration. */
int rb_on_open(rb_json config) {
  if (rb_json_string(rb_json_get(config, "column"), &name)) return 0;
  return rb_fail("no-column", "config.column is missing", RB_STR("name a text column"));
}

/* Once for each set of columns: what comes out begins as what comes in. */
int rb_on_schema(rb_schema *schema) {
  rb_field *field = rb_find(schema, name);
  if (!field || field->type.id != RB_UTF8) return rb_fail("no-such-column", "the stream has no text column", name);
  return rb_recompute(schema, name);
}

/* For each batch: write the new values; rb_drop and rb_reject leave rows out. */
int rb_on_batch(rb_batch *batch) {
  rb_column *in = rb_input(batch, name), *out = rb_output(batch, name);
  for (uint32_t row = 0; row < rb_rows(batch); row++) {
    if (rb_is_null(in, row)) rb_put_null(out);
    else rb_put_bytes(out, RB_STR("***"));
  }
  return 0;
}
