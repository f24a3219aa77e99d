/* Posts each delivery to an HTTP endpoint as lines of JSON, with a key by which the endpoint knows what it has already.
   config: url, required; headers, an object. Truncates and snapshot ends come without a body, told by Rapidbyte-Kind. */
#include "rapidbyte_destination.h"

enum { MAX_HEADERS = 20, MAX_KEY = 512, OWN = 4 };
static rb_str url;
static rb_pair headers[OWN + MAX_HEADERS];
static uint32_t header_count = OWN;
static char key[MAX_KEY];

int rb_on_open(rb_json config) {
  if (!rb_json_string(rb_json_get(config, "url"), &url)) return rb_stop("no-url", RB_STR("config.url is missing"));
  rb_json more = rb_json_get(config, "headers");
  rb_str name;
  for (uint32_t i = 0; i < MAX_HEADERS && rb_json_key(more, i, &name); i++) {
    headers[header_count].key = name;
    if (!rb_json_string(rb_json_value(more, i), &headers[header_count++].value)) return rb_stop("bad-header", name);
  }
  return 0;
}

int rb_on_prepare(rb_json stream) {
  rb_json name = rb_json_get(stream, "stream");
  headers[2] = (rb_pair){RB_STR("Rapidbyte-Stream"), {0}};
  return rb_json_string(name, &headers[2].value) ? 0 : rb_stop("no-stream", name);
}

int rb_on_resume(rb_json place) { (void)place; return 0; }

int rb_on_begin(rb_json delivery) {
  rb_json quoted = rb_json_get(delivery, "key");
  if (quoted.len < 2 || quoted.len > MAX_KEY) return rb_stop("bad-key", quoted);
  __builtin_memcpy(key, quoted.ptr + 1, quoted.len - 2);
  headers[0] = (rb_pair){RB_STR("Idempotency-Key"), {key, quoted.len - 2}};
  return 0;
}

int rb_on_write(rb_batch *batch) {
  headers[1] = (rb_pair){RB_STR("Content-Type"), RB_STR("application/x-ndjson")};
  headers[3] = (rb_pair){RB_STR("Rapidbyte-Kind"), rb_kind(batch)};
  rb_reply reply = rb_http("POST", url, headers, header_count, rb_json_lines(batch));
  return rb_judge(&reply);
}

int rb_on_commit(rb_json delivery) { (void)delivery; return 0; }
int rb_on_abort(rb_json delivery) { (void)delivery; return 0; }
