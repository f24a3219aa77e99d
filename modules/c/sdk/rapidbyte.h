/* The C SDK of Rapidbyte's guest modules. Write the three functions at the end; everything else is here for them.
   Needs no libc. All memory that these functions give is valid until the module's function returns, but for
   rb_keep's, which stays. Reading a row or a column that is not there, or a value as what it is not, traps: the host tells it. */
#ifndef RAPIDBYTE_H
#define RAPIDBYTE_H

#include "rapidbyte_abi.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct { const char *ptr; uint32_t len; } rb_str;
#define RB_STR(literal) ((rb_str){literal, sizeof(literal) - 1})
rb_str rb_text(const char *zero_terminated);
bool rb_equal(rb_str a, rb_str b);
bool rb_equal_any_case(rb_str a, rb_str b); /* of ASCII letters */

void *rb_new(uint32_t size);  /* zeroed */
void *rb_keep(uint32_t size); /* the same, for ever */

/* ---- types ------------------------------------------------------------------------------------- */

enum { /* Arrow's numbers. a, b, c of a type are what stands behind it */
  RB_INT = 2,          /* bits, signed */
  RB_FLOAT = 3,        /* 0 half, 1 single, 2 double */
  RB_BINARY = 4, RB_UTF8 = 5, RB_BOOL = 6,
  RB_DECIMAL = 7,      /* precision, scale, bits */
  RB_DATE = 8,         /* 0 days, 1 ms */
  RB_TIME = 9,         /* unit, bits */
  RB_TIMESTAMP = 10,   /* unit: 0 s, 1 ms, 2 us, 3 ns; zone */
  RB_INTERVAL = 11,    /* 0 year-month, 1 day-time, 2 month-day-nano */
  RB_LIST = 12, RB_STRUCT = 13,
  RB_FIXED_BINARY = 15, /* bytes */
  RB_FIXED_LIST = 16,  /* items */
  RB_MAP = 17,         /* keys sorted */
  RB_DURATION = 18     /* unit */
};
typedef struct { int32_t id, a, b, c; rb_str zone; } rb_type;
typedef struct { rb_str key, value; } rb_pair;
typedef struct rb_field {
  rb_str name;
  rb_type type;
  bool nullable;
  uint32_t child_count, meta_count;
  struct rb_field *children;
  rb_pair *meta;
  rb_str source; /* of an output field: the input column that it copies; none (null) if it is computed */
} rb_field;
rb_str rb_meta(const rb_field *field, const char *key); /* null where there is none */

/* ---- schema: what comes out. It begins as all columns that come in, each a copy ------------------ */

typedef struct rb_schema rb_schema;
rb_field *rb_find(rb_schema *schema, rb_str name);        /* a column that is there now; null if not */
rb_field *rb_field_at(rb_schema *schema, uint32_t index); /* the same by place */
int rb_recompute(rb_schema *schema, rb_str name);         /* its values will be computed from the column itself */
int rb_add(rb_schema *schema, rb_str name, rb_type type, const rb_str *from, uint32_t from_count);
int rb_rename(rb_schema *schema, rb_str name, rb_str to);
int rb_remove(rb_schema *schema, rb_str name);
void rb_reads(rb_schema *schema, rb_str name);            /* rows are dropped, split or routed by this input column */
void rb_splits(rb_schema *schema);                        /* a row may become several */

/* ---- batch: reading ---------------------------------------------------------------------------- */

typedef struct rb_batch rb_batch;
typedef struct rb_column rb_column;
typedef struct { uint32_t start, end; } rb_range;

uint32_t rb_rows(const rb_batch *batch);
char rb_op(const rb_batch *batch, uint32_t row);          /* r snapshot, c insert, u update, d delete */
bool rb_unchanged(const rb_batch *batch, uint32_t row, rb_str column); /* its value is not in the row */
int64_t rb_time_us(const rb_batch *batch);                /* commit time */
rb_column *rb_input(const rb_batch *batch, rb_str name);  /* null if there is none */
rb_column *rb_input_at(const rb_batch *batch, uint32_t index); /* a data column by place; null behind the last */

const rb_field *rb_field_of(const rb_column *column);
uint32_t rb_length(const rb_column *column);
bool rb_is_null(const rb_column *column, uint32_t row);
bool rb_bool(const rb_column *column, uint32_t row);
int64_t rb_int(const rb_column *column, uint32_t row);    /* int, date, time, timestamp, duration */
double rb_float(const rb_column *column, uint32_t row);   /* single and double */
rb_str rb_bytes(const rb_column *column, uint32_t row);   /* text and binary; of any other with a fixed width its bytes */
rb_range rb_items(const rb_column *column, uint32_t row); /* list, fixed list, map: rows of child 0 */
rb_column *rb_child(const rb_column *column, uint32_t index);

/* ---- batch: writing ---------------------------------------------------------------------------- */

/* The new values of an output column: as many as the batch has rows. Null (and an error) if the schema has none. */
rb_column *rb_output(rb_batch *batch, rb_str name);
void rb_put_null(rb_column *column);
void rb_put_bool(rb_column *column, bool value);
void rb_put_int(rb_column *column, int64_t value);
void rb_put_float(rb_column *column, double value);
void rb_put_bytes(rb_column *column, rb_str value);
void rb_put_items(rb_column *column); /* a list of what was put into child 0 since; a struct, after one value into each child */

void rb_drop(rb_batch *batch, uint32_t row);
void rb_reject(rb_batch *batch, uint32_t row, const char *code, const char *message);

/* The batch goes out by itself when rb_on_batch returns. To split or route: take rows of it, any number of times
   and in any order, put values into what was taken, and emit that; then nothing goes out by itself. */
rb_batch *rb_take(const rb_batch *batch, const uint32_t *rows, uint32_t count);
int rb_emit(rb_batch *batch, rb_str route);

/* ---- JSON: of the configuration ------------------------------------------------------------------ */

typedef rb_str rb_json; /* a value's text; empty where there is none */
rb_json rb_json_get(rb_json object, const char *key);
rb_json rb_json_item(rb_json array, uint32_t index);
uint32_t rb_json_count(rb_json array);
bool rb_json_key(rb_json object, uint32_t index, rb_str *name); /* kept for ever, like rb_json_string's */
rb_json rb_json_value(rb_json object, uint32_t index);
bool rb_json_string(rb_json value, rb_str *out); /* kept for ever, so once, in rb_on_open */
uint32_t rb_json_strings(rb_json array, rb_str **out); /* likewise; returns how many */
int64_t rb_json_int(rb_json value, int64_t otherwise);

/* ---- the host ---------------------------------------------------------------------------------- */

int rb_fail(const char *code, const char *message, rb_str about); /* "message: about"; returns what the module returns */
void rb_log(int level, rb_str text);
void rb_count(const char *counter, double by);
bool rb_state_has(rb_str key);
bool rb_state_get(rb_str key, rb_str *value);
void rb_state_put(rb_str key, rb_str value, int64_t ttl_ms); /* <= 0: for ever */
void rb_state_delete(rb_str key);

/* ---- what a module writes: each returns 0, or what rb_fail returned -------------------------------- */

int rb_on_open(rb_json config);
int rb_on_schema(rb_schema *schema);
int rb_on_batch(rb_batch *batch);

#endif
