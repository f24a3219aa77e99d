/* Masks columns that hold e-mail addresses (ann@example.com: a***@example.com) and drops the rows of test accounts.
   config: columns, default ["email"]; test_domains, default ["test.example"]. */
#include "rapidbyte.h"

static rb_str *columns, *domains;
static uint32_t column_count, domain_count;

int rb_on_open(rb_json config) {
  rb_json names = rb_json_get(config, "columns"), tests = rb_json_get(config, "test_domains");
  column_count = rb_json_strings(names.len ? names : RB_STR("[\"email\"]"), &columns);
  domain_count = rb_json_strings(tests.len ? tests : RB_STR("[\"test.example\"]"), &domains);
  return 0;
}

int rb_on_schema(rb_schema *schema) {
  for (uint32_t i = 0; i < column_count; i++) {
    rb_field *field = rb_find(schema, columns[i]);
    if (!field || field->type.id != RB_UTF8) return rb_fail("no-such-column", "the stream has no text column", columns[i]);
    rb_recompute(schema, columns[i]);
    rb_reads(schema, columns[i]);
  }
  return 0;
}

static uint32_t domain_start(rb_str address) { /* behind the last @; 0 where there is none */
  uint32_t at = address.len;
  while (at && address.ptr[at - 1] != '@') at--;
  return at;
}

static bool is_test(rb_str address) {
  uint32_t start = domain_start(address);
  rb_str domain = {address.ptr + start, address.len - start};
  for (uint32_t i = 0; start && i < domain_count; i++)
    if (rb_equal_any_case(domain, domains[i])) return true;
  return false;
}

/* The first character, ***, and what begins with the last @; *** alone where there is none or nothing before it. */
static rb_str mask(rb_str address) {
  uint32_t start = domain_start(address), first = 0;
  if (start < 2) return RB_STR("***");
  do first++; while (first < start - 1 && (address.ptr[first] & 0xC0) == 0x80); /* a character of UTF-8 */
  char *text = rb_new(first + 4 + address.len - start);
  __builtin_memcpy(text, address.ptr, first);
  __builtin_memcpy(text + first, "***", 3);
  __builtin_memcpy(text + first + 3, address.ptr + start - 1, address.len - start + 1);
  return (rb_str){text, first + 4 + address.len - start};
}

int rb_on_batch(rb_batch *batch) {
  for (uint32_t i = 0; i < column_count; i++) {
    rb_column *email = rb_input(batch, columns[i]), *masked = rb_output(batch, columns[i]);
    if (!email || !masked) return rb_fail("no-such-column", "the batch has no column", columns[i]);
    for (uint32_t row = 0; row < rb_rows(batch); row++) {
      if (rb_is_null(email, row)) { rb_put_null(masked); continue; }
      rb_put_bytes(masked, mask(rb_bytes(email, row)));
      if (rb_op(batch, row) != 'd' && is_test(rb_bytes(email, row))) rb_drop(batch, row);
    }
  }
  return 0;
}
