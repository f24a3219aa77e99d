/* The C SDK's body for a destination, in place of rapidbyte.c: values as JSON, http, the ABI's exports. */
#define RAPIDBYTE_DESTINATION
#pragma clang diagnostic ignored "-Wunused-function" /* what only a transform needs; the linker leaves it out */
#include "rapidbyte.c"
#include "rapidbyte_destination.h"

/* ---- numbers as text ------------------------------------------------------------------------------ */

typedef struct { uint32_t words[40], count; } big; /* 1280 bits, the lowest first */

static void big_scale(big *b, uint32_t by) {
  uint64_t carry = 0;
  EACH(i, b->count) {
    carry += (uint64_t)b->words[i] * by;
    b->words[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry) b->words[b->count++] = (uint32_t)carry;
}

static void big_trim(big *b) { while (b->count && !b->words[b->count - 1]) b->count--; }

static big big_of(uint64_t value, uint32_t shift) {
  big b = {.count = shift / 32};
  b.words[b.count++] = (uint32_t)value;
  b.words[b.count++] = (uint32_t)(value >> 32);
  big_scale(&b, 1u << shift % 32);
  big_trim(&b);
  return b;
}

static int big_compare(const big *a, const big *b) {
  if (a->count != b->count) return a->count < b->count ? -1 : 1;
  for (uint32_t i = a->count; i--;) if (a->words[i] != b->words[i]) return a->words[i] < b->words[i] ? -1 : 1;
  return 0;
}

static void big_add(big *a, const big *b, int64_t sign) { /* for -1, a is at least b */
  int64_t carry = 0;
  for (uint32_t i = 0; i < b->count || i < a->count || carry; i++) {
    if (i >= a->count) a->words[a->count++] = 0;
    carry += a->words[i] + sign * (i < b->count ? b->words[i] : 0);
    a->words[i] = (uint32_t)carry;
    carry >>= 32;
  }
  big_trim(a);
}

static int big_compare_sum(const big *a, const big *b, const big *c) { /* a + b with c */
  big sum = *a;
  big_add(&sum, b, 1);
  return big_compare(&sum, c);
}

static void put_digits(buffer *out, uint64_t value, uint32_t width) {
  char text[20];
  uint32_t n = 0;
  do text[19 - n++] = (char)('0' + value % 10); while (value /= 10);
  while (n < width) text[19 - n++] = '0';
  put(out, text + 20 - n, n);
}

static void put_number(buffer *out, int64_t value) {
  if (value < 0) put(out, "-", 1);
  put_digits(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 1);
}

static void put_zeros(buffer *out, int32_t count) { while (count-- > 0) put(out, "0", 1); }

/* 0.digits * 10^k; with an exponent only where there would be many zeros */
static void put_scaled(buffer *out, const char *digits, int32_t n, int32_t k) {
  int32_t whole = k > 0 && k <= 21 ? k : k <= 0 && k > -6 ? 0 : 1, zeros = whole ? 0 : -k;
  put(out, whole ? digits : "0", whole ? (uint32_t)(whole < n ? whole : n) : 1);
  put_zeros(out, whole - n);
  put(out, ".", 1);
  put_zeros(out, zeros);
  if (n > whole) put(out, digits + whole, (uint32_t)(n - whole));
  else put(out, "0", 1);
  if (k - whole && whole) put(out, "e", 1), put_number(out, k - 1);
}

/* The fewest digits that are read as the same number again (Steele and White, 1990). */
static void put_float(buffer *out, double value, bool single) {
  uint64_t word, fraction;
  copy(&word, &value, 8);
  int32_t exponent = (int32_t)(word >> 52 & 2047) - 1075, least = single ? -149 : -1074, k = 0, n = 0;
  fraction = word & ((1ull << 52) - 1);
  if (exponent == 972) {
    rb_str name = fraction ? RB_STR("\"NaN\"") : word >> 63 ? RB_STR("\"-Infinity\"") : RB_STR("\"Infinity\"");
    put(out, name.ptr, name.len);
    return;
  }
  if (word >> 63) put(out, "-", 1);
  if (exponent == -1075) exponent++;
  else fraction |= 1ull << 52;
  if (!fraction) { put(out, "0.0", 3); return; }
  if (single) for (exponent += 29, fraction >>= 29; exponent < least; exponent++) fraction >>= 1;
  bool edge = fraction == 1ull << (single ? 23 : 52) && exponent > least, even = !(fraction & 1);
  uint32_t up = exponent > 0 ? (uint32_t)exponent : 0, down = exponent < 0 ? (uint32_t)-exponent : 0;
  big r = big_of(fraction, up + 1 + edge), s = big_of(1, down + 1 + edge), above = big_of(1, up + edge), below = big_of(1, up);
  for (; big_compare_sum(&r, &above, &s) >= !even; k++) big_scale(&s, 10);
  for (;; k--) { /* as long as the first digit would be 0 */
    big ten_r = r, ten_above = above;
    big_scale(&ten_r, 10), big_scale(&ten_above, 10);
    if (big_compare_sum(&ten_r, &ten_above, &s) >= !even) break;
    r = ten_r, above = ten_above, big_scale(&below, 10);
  }
  char digits[20];
  for (bool low = false, high = false; !low && !high; n++) {
    big_scale(&r, 10), big_scale(&above, 10), big_scale(&below, 10);
    digits[n] = '0';
    while (big_compare(&r, &s) >= 0) big_add(&r, &s, -1), digits[n]++;
    low = big_compare(&r, &below) < even;
    high = big_compare_sum(&r, &above, &s) >= !even;
    if (high && (!low || big_compare_sum(&r, &r, &s) >= 0)) digits[n]++;
  }
  put_scaled(out, digits, n, k);
}

static void put_decimal(buffer *out, const rb_type *type, rb_str bytes) {
  uint32_t words[8], count = bytes.len / 4, groups[10], n = 0, carry = 1;
  copy(words, bytes.ptr, bytes.len);
  bool minus = words[count - 1] >> 31;
  if (minus) EACH(i, count) words[i] = ~words[i] + carry, carry = carry && !words[i];
  for (bool more = true; more; n++) {
    uint64_t rest = 0;
    more = false;
    for (uint32_t i = count; i--;) {
      rest = rest << 32 | words[i];
      words[i] = (uint32_t)(rest / 1000000000);
      rest %= 1000000000;
      more = more || words[i];
    }
    groups[n] = (uint32_t)rest;
  }
  buffer digits = {0};
  for (uint32_t i = n; i--;) put_digits(&digits, groups[i], i == n - 1 ? 1 : 9);
  int32_t scale = type->b > 0 ? type->b : 0, whole = (int32_t)digits.len - scale;
  if (minus) put(out, "-", 1);
  if (whole > 0) put(out, digits.at, (uint32_t)whole);
  else put(out, "0", 1);
  if (scale) {
    put(out, ".", 1);
    put_zeros(out, -whole);
    put(out, digits.at + (whole > 0 ? whole : 0), (uint32_t)(whole > 0 ? scale : (int32_t)digits.len));
  } else if (digits.len > 1 || digits.at[0] != '0') put_zeros(out, -type->b);
}

/* ---- time as text, ISO 8601 ------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static void put_date(buffer *out, int64_t days) { /* Howard Hinnant's civil_from_days */
  int64_t z = days + 719468, era = floor_div(z, 146097);
  uint32_t of_era = (uint32_t)(z - era * 146097);
  uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  uint32_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  uint32_t day = of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  int64_t full = (int64_t)year + era * 400 + (month <= 2);
  if (full < 0) put(out, "-", 1);
  put_digits(out, (uint64_t)(full < 0 ? -full : full), 4);
  put(out, "-", 1), put_digits(out, month, 2);
  put(out, "-", 1), put_digits(out, day, 2);
}

static const int64_t PER_SECOND[] = {1, 1000, 1000000, 1000000000};

static void put_time(buffer *out, int64_t of_day, int32_t unit) {
  int64_t seconds = of_day / PER_SECOND[unit], fraction = of_day % PER_SECOND[unit];
  put_digits(out, (uint64_t)seconds / 3600, 2);
  put(out, ":", 1), put_digits(out, (uint64_t)seconds / 60 % 60, 2);
  put(out, ":", 1), put_digits(out, (uint64_t)seconds % 60, 2);
  if (fraction) put(out, ".", 1), put_digits(out, (uint64_t)fraction, 3 * (uint32_t)unit);
}

static bool put_infinite(buffer *out, int64_t value, int64_t least, int64_t most) {
  if (value == least) put(out, "-infinity", 9);
  if (value == most) put(out, "infinity", 8);
  return value == least || value == most;
}

static void put_instant(buffer *out, int64_t value, int32_t unit, bool zoned) {
  if (put_infinite(out, value, INT64_MIN, INT64_MAX)) return;
  int64_t a_day = 86400 * PER_SECOND[unit], days = floor_div(value, a_day);
  put_date(out, days);
  put(out, "T", 1);
  put_time(out, value - days * a_day, unit);
  if (zoned) put(out, "Z", 1);
}

/* ---- values as JSON ---------------------------------------------------------------------------------- */

static void put_base64(buffer *out, rb_str bytes) {
  static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  put(out, "\"", 1);
  for (uint32_t i = 0; i < bytes.len; i += 3) {
    uint32_t left = bytes.len - i, three = 0;
    EACH(j, 3) three = three << 8 | (j < left ? (uint8_t)bytes.ptr[i + j] : 0);
    EACH(j, 4) put(out, j > left ? "=" : ALPHABET + (three >> (18 - 6 * j) & 63), 1);
  }
  put(out, "\"", 1);
}

static void put_uuid(buffer *out, rb_str bytes) {
  static const char HEX[] = "0123456789abcdef";
  put(out, "\"", 1);
  EACH(i, bytes.len) {
    if (i == 4 || i == 6 || i == 8 || i == 10) put(out, "-", 1);
    put(out, HEX + ((uint8_t)bytes.ptr[i] >> 4), 1);
    put(out, HEX + (bytes.ptr[i] & 15), 1);
  }
  put(out, "\"", 1);
}

static void put_member(buffer *out, const char *comma, rb_str name) {
  put(out, comma, rb_text(comma).len);
  put_quoted(out, name);
  put(out, ":", 1);
}

static void put_interval(buffer *out, rb_str bytes) {
  int32_t months, days;
  int64_t nanos;
  copy(&months, bytes.ptr, 4), copy(&days, bytes.ptr + 4, 4), copy(&nanos, bytes.ptr + 8, 8);
  put_member(out, "{", RB_STR("months")), put_number(out, months);
  put_member(out, ",", RB_STR("days")), put_number(out, days);
  put_member(out, ",", RB_STR("nanos")), put_number(out, nanos);
  put(out, "}", 1);
}

static void put_value(buffer *out, const rb_column *c, uint32_t row) {
  const rb_type *t = &c->field->type;
  rb_range items;
  if (rb_is_null(c, row)) { put(out, "null", 4); return; }
  switch (t->id) {
    case RB_BOOL: put(out, rb_bool(c, row) ? "true" : "false", rb_bool(c, row) ? 4 : 5); return;
    case RB_INT:
      if (t->b) put_number(out, rb_int(c, row));
      else put_digits(out, (uint64_t)rb_int(c, row), 1);
      return;
    case RB_DURATION: put_number(out, rb_int(c, row)); return;
    case RB_FLOAT:
      if (!t->a) break;
      put_float(out, rb_float(c, row), t->a == 1);
      return;
    case RB_DECIMAL: put_decimal(out, t, rb_bytes(c, row)); return;
    case RB_UTF8: put_quoted(out, rb_bytes(c, row)); return;
    case RB_DATE: {
      int64_t value = rb_int(c, row);
      put(out, "\"", 1);
      if (t->a || !put_infinite(out, value, INT32_MIN, INT32_MAX)) put_date(out, t->a ? floor_div(value, 86400000) : value);
      put(out, "\"", 1);
      return;
    }
    case RB_TIME: put(out, "\"", 1), put_time(out, rb_int(c, row), t->a), put(out, "\"", 1); return;
    case RB_TIMESTAMP: put(out, "\"", 1), put_instant(out, rb_int(c, row), t->a, t->zone.len), put(out, "\"", 1); return;
    case RB_INTERVAL:
      if (t->a != 2) break;
      put_interval(out, rb_bytes(c, row));
      return;
    case RB_FIXED_BINARY:
      if (t->a != 16 || !rb_equal(rb_meta(c->field, "ARROW:extension:name"), RB_STR("arrow.uuid"))) break;
      put_uuid(out, rb_bytes(c, row));
      return;
    case RB_LIST: case RB_FIXED_LIST: case RB_MAP:
      items = rb_items(c, row);
      put(out, "[", 1);
      for (uint32_t i = items.start; i < items.end; i++) {
        if (i > items.start) put(out, ",", 1);
        put_value(out, rb_child(c, 0), i);
      }
      put(out, "]", 1);
      return;
    case RB_STRUCT:
      if (!c->child_count) put(out, "{", 1);
      EACH(i, c->child_count) {
        put_member(out, i ? "," : "{", c->children[i].field->name);
        put_value(out, c->children + i, row);
      }
      put(out, "}", 1);
      return;
    default: break;
  }
  put_base64(out, rb_bytes(c, row));
}

static void put_row_json(buffer *out, const rb_batch *b, uint32_t row) {
  char op = rb_op(b, row);
  rb_column *lsn = rb_input(b, RB_STR("_rb_lsn")), *ordinal = rb_input(b, RB_STR("_rb_ordinal"));
  rb_column *before = rb_input(b, RB_STR("_rb_before"));
  put_member(out, "{", RB_STR("_rb_op")), put_quoted(out, (rb_str){&op, 1});
  if (lsn) put_member(out, ",", RB_STR("_rb_lsn")), put_value(out, lsn, row);
  if (ordinal) put_member(out, ",", RB_STR("_rb_ordinal")), put_value(out, ordinal, row);
  if (before && !rb_is_null(before, row)) put_member(out, ",", RB_STR("_rb_before")), put_value(out, before, row);
  EACH(i, b->column_count) {
    const rb_column *c = b->columns + i;
    if (ours(c->field->name) || rb_unchanged(b, row, c->field->name)) continue;
    put_member(out, ",", c->field->name);
    put_value(out, c, row);
  }
  put(out, "}\n", 2);
}

rb_str rb_json_lines(const rb_batch *batch) {
  buffer out = {0};
  EACH(row, batch->rows) if (!batch->dropped || !(batch->dropped[row / 8] >> row % 8 & 1)) put_row_json(&out, batch, row);
  return (rb_str){(char *)out.at, out.len};
}

/* ---- http --------------------------------------------------------------------------------------------- */

rb_reply rb_http(const char *method, rb_str url, const rb_pair *headers, uint32_t count, rb_str body) {
  buffer out = {0};
  put_member(&out, "{", RB_STR("method")), put_quoted(&out, rb_text(method));
  put_member(&out, ",", RB_STR("url")), put_quoted(&out, url);
  put_member(&out, ",", RB_STR("headers")), put(&out, "{", 1);
  EACH(i, count) put_member(&out, i ? "," : "", headers[i].key), put_quoted(&out, headers[i].value);
  put(&out, "}}\n", 3);
  put(&out, body.ptr, body.len);
  rb_str answer = {rb_new(4096), 4096};
  int32_t len = rb_host_http(out.at, out.len, (void *)answer.ptr, answer.len);
  if (len > (int32_t)answer.len) {
    answer.ptr = rb_new((uint32_t)len);
    rb_host_http(NULL, 0, (void *)answer.ptr, (uint32_t)len);
  }
  answer.len = (uint32_t)len;
  uint32_t end = 0;
  while (end < answer.len && answer.ptr[end] != '\n') end++;
  rb_str head = part(answer, 0, end);
  return (rb_reply){
      (int32_t)rb_json_int(rb_json_get(head, "status"), 0), rb_json_get(head, "headers"),
      part(answer, end < answer.len ? end + 1 : end, answer.len), rb_json_get(rb_json_get(head, "error"), "code")};
}

static int fail_as(const char *category, const char *scope, bool retryable, int64_t after_ms, rb_str code, rb_str message) {
  buffer out = {0};
  put_member(&out, "{", RB_STR("category")), put_quoted(&out, rb_text(category));
  put_member(&out, ",", RB_STR("scope")), put_quoted(&out, rb_text(scope));
  put_member(&out, ",", RB_STR("code")), put_quoted(&out, code);
  put_member(&out, ",", RB_STR("message")), put_quoted(&out, message);
  if (retryable) put_member(&out, ",", RB_STR("retryable")), put(&out, "true", 4);
  if (after_ms >= 0) put_member(&out, ",", RB_STR("retry_after_ms")), put_number(&out, after_ms);
  put(&out, "}", 1);
  rb_host_error((char *)out.at, out.len);
  return -1;
}

int rb_try_again(const char *code, rb_str message, int64_t after_ms) {
  return fail_as(after_ms >= 0 ? "rate-limit" : "transient", "stream", true, after_ms, rb_text(code), message);
}

int rb_stop(const char *code, rb_str message) { return fail_as("config", "stream", false, -1, rb_text(code), message); }
int rb_refuse(const char *code, rb_str message) { return fail_as("data", "batch", false, -1, rb_text(code), message); }

int rb_judge(const rb_reply *reply) {
  int32_t status = reply->status;
  if (status >= 200 && status < 300) return 0;
  buffer text = {0};
  if (!status) {
    put(&text, "no answer came: ", 16), put(&text, reply->error.ptr, reply->error.len);
    return rb_try_again("no-answer", (rb_str){(char *)text.at, text.len}, -1);
  }
  put(&text, "the endpoint answered ", 22), put_number(&text, status);
  rb_str shown = part(reply->body, 0, reply->body.len < 200 ? reply->body.len : 200), message;
  while (shown.len && (shown.ptr[shown.len - 1] & 0x80)) shown.len--; /* no half of a character */
  if (shown.len) put(&text, ": ", 2), put(&text, shown.ptr, shown.len);
  message = (rb_str){(char *)text.at, text.len};
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    rb_json after = rb_json_get(reply->headers, "retry-after");
    int64_t seconds = after.len > 2 ? rb_json_int(part(after, 1, after.len - 1), -1) : -1;
    return rb_try_again("not-now", message, seconds < 0 ? -1 : seconds * 1000);
  }
  if (status == 400 || status == 413 || status == 422) return rb_refuse("refused", message);
  return rb_stop("refused-by-endpoint", message);
}

void rb_answer(const char *key, rb_str value) {
  buffer out = {0};
  put_member(&out, "{", rb_text(key)), put_quoted(&out, value);
  put(&out, "}", 1);
  rb_host_emit(RB_EMIT_ANSWER, out.at, out.len, NULL, 0);
}

/* ---- the ABI's exports --------------------------------------------------------------------------------- */

static int ended(int result) {
  arena_clear(&of_call);
  return result;
}

RB_EXPORT("rb_prepare") int32_t rb_prepare(const char *json, uint32_t len) { return ended(rb_on_prepare((rb_json){json, len})); }
RB_EXPORT("rb_resume") int32_t rb_resume(const char *json, uint32_t len) { return ended(rb_on_resume((rb_json){json, len})); }
RB_EXPORT("rb_begin") int32_t rb_begin(const char *json, uint32_t len) { return ended(rb_on_begin((rb_json){json, len})); }
RB_EXPORT("rb_commit") int32_t rb_commit(const char *json, uint32_t len) { return ended(rb_on_commit((rb_json){json, len})); }
RB_EXPORT("rb_abort") int32_t rb_abort(const char *json, uint32_t len) { return ended(rb_on_abort((rb_json){json, len})); }

static int write_batch(rb_str meta, rb_str ipc) {
  rb_schema s = {0};
  rb_batch batch = {0};
  if (!read_schema(&of_call, &ipc, &s)) return bad_stream("its schema");
  if (!read_batch(meta, ipc, &s, &batch)) return bad_stream("its columns");
  return rb_on_write(&batch);
}

RB_EXPORT("rb_write") int32_t rb_write(const char *meta, uint32_t meta_len, const char *ipc, uint32_t len) {
  return ended(write_batch((rb_str){meta, meta_len}, (rb_str){ipc, len}));
}
