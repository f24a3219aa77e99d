/* A destination that knows how far it is, and one that misbehaves on demand. Posts to config.url + /prepare, /begin, /write,
   /commit and /abort, with its place in a header; GET /token says how far it is. Where /write answers 409 with a list, these
   rows have no base. A row with the name "trap" traps, "loop" loops, "row" is rejected alone. */
#include "rapidbyte_destination.h"

enum { MAX_PLACE = 2000 };
static rb_str base;
static char place[MAX_PLACE];
static rb_pair header = {{"Place", 5}, {place, 0}};

static rb_reply call(const char *method, const char *path, rb_str body) {
  rb_str tail = rb_text(path);
  char *url = rb_new(base.len + tail.len);
  __builtin_memcpy(url, base.ptr, base.len);
  __builtin_memcpy(url + base.len, tail.ptr, tail.len);
  return rb_http(method, (rb_str){url, base.len + tail.len}, &header, 1, body);
}

static int post(const char *path, rb_str body) {
  rb_reply reply = call("POST", path, body);
  if (reply.status == 410) return rb_fail("fenced", "another one writes", (rb_str){0});
  return rb_judge(&reply);
}

int rb_on_open(rb_json config) { return rb_json_string(rb_json_get(config, "url"), &base) ? 0 : rb_stop("no-url", config); }
int rb_on_prepare(rb_json stream) { return post("/prepare", stream); }

int rb_on_resume(rb_json json) {
  if (json.len > MAX_PLACE) return rb_stop("long-place", RB_STR("where it goes on is too long"));
  __builtin_memcpy(place, json.ptr, json.len);
  header.value.len = json.len;
  rb_reply reply = call("GET", "/token", (rb_str){0});
  int result = rb_judge(&reply);
  if (!result) rb_answer("token", reply.body);
  return result;
}

static void misbehave(rb_batch *batch) {
  rb_column *name = rb_input(batch, RB_STR("name"));
  for (uint32_t row = 0; name && row < rb_rows(batch); row++) {
    if (rb_is_null(name, row)) continue;
    rb_str value = rb_bytes(name, row);
    if (rb_equal(value, RB_STR("trap"))) __builtin_trap();
    for (volatile bool on = rb_equal(value, RB_STR("loop")); on;) {}
    if (rb_equal(value, RB_STR("row"))) rb_reject(batch, row, "not-this-row", "the module does not want it");
  }
}

int rb_on_begin(rb_json delivery) { return post("/begin", delivery); }

int rb_on_write(rb_batch *batch) {
  misbehave(batch);
  rb_reply reply = call("POST", "/write", rb_json_lines(batch));
  if (reply.status != 409) return rb_judge(&reply);
  for (uint32_t i = 0; i < rb_json_count(reply.body); i++)
    rb_reject(batch, (uint32_t)rb_json_int(rb_json_item(reply.body, i), 0), "missing-base", "there is no such row");
  return 0;
}

int rb_on_commit(rb_json delivery) { return post("/commit", delivery); }
int rb_on_abort(rb_json delivery) { return post("/abort", delivery); }
