/* Posts each delivery to config.url as lines of JSON, with a key by which the other side knows what it has already. */
#include "rapidbyte_destination.h"

enum { MAX_KEY = 512 };
static rb_str url;
static char key[MAX_KEY];
static rb_pair headers[2] = {{{"Idempotency-Key", 15}, {key, 0}}, {{"Content-Type", 12}, {"application/x-ndjson", 20}}};

/* Once, with the pipeline's configuration. */
int rb_on_open(rb_json config) {
  return rb_json_string(rb_json_get(config, "url"), &url) ? 0 : rb_stop("no-url", RB_STR("config.url is missing"));
}

/* Before the first rows of each shape: stream, mode, key and columns. */
int rb_on_prepare(rb_json stream) { (void)stream; return 0; }

/* Where it goes on; a module that stores tokens answers the last one here. */
int rb_on_resume(rb_json place) { (void)place; return 0; }

/* A delivery begins. Its key is the same whenever the same rows come again. */
int rb_on_begin(rb_json delivery) {
  rb_json quoted = rb_json_get(delivery, "key");
  if (quoted.len < 2 || quoted.len > MAX_KEY) return rb_stop("bad-key", quoted);
  __builtin_memcpy(key, quoted.ptr + 1, quoted.len - 2);
  headers[0].value = (rb_str){key, quoted.len - 2};
  return 0;
}

/* Rows; rb_reject leaves one out. What the answer means to the host, rb_judge says: go on, again later, find the row, stop. */
int rb_on_write(rb_batch *batch) {
  rb_reply reply = rb_http("POST", url, headers, 2, rb_json_lines(batch));
  return rb_judge(&reply);
}

/* Now it must stay, or nothing of it is to stay. */
int rb_on_commit(rb_json delivery) { (void)delivery; return 0; }
int rb_on_abort(rb_json delivery) { (void)delivery; return 0; }
