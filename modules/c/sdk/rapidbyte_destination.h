/* A destination in C: compile rapidbyte_destination.c in place of rapidbyte.c, and write the functions at the end and
   rb_on_open. Reading batches, JSON, logging and rejecting rows are those of rapidbyte.h. */
#ifndef RAPIDBYTE_DESTINATION_H
#define RAPIDBYTE_DESTINATION_H

#include "rapidbyte.h"

/* ---- batch ------------------------------------------------------------------------------------- */

rb_str rb_kind(const rb_batch *batch); /* change, snapshot; truncate, snapshot-end: a batch without rows */

/* A line of JSON for each row that was not rejected: _rb_op, _rb_lsn, _rb_ordinal, _rb_before where there is one, then the
   columns; what did not change and is not in the row
   is left out. Text, date, time, uuid and what is not finite as strings, binary in base64, decimals as exact numbers. */
rb_str rb_json_lines(const rb_batch *batch);

/* ---- http: only where the manifest asks for it and the pipeline allows it ------------------------- */

typedef struct {
  int32_t status;   /* 0: no answer came */
  rb_json headers;  /* an object, names in lower case */
  rb_str body;
  rb_json error;    /* why there is none: "timeout", "connect", "dns", "tls", "broken" */
} rb_reply;
rb_reply rb_http(const char *method, rb_str url, const rb_pair *headers, uint32_t count, rb_str body);

/* ---- what a function returns: 0, or one of these --------------------------------------------------- */

int rb_try_again(const char *code, rb_str message, int64_t after_ms); /* the same comes again; after_ms -1: as the host sees fit */
int rb_refuse(const char *code, rb_str message);  /* rows are at fault: the host halves the batch until it has them */
int rb_stop(const char *code, rb_str message);    /* a setting is wrong: nothing goes on until it is mended */
int rb_judge(const rb_reply *reply); /* 2xx 0; no answer, 408, 425, 429, 5xx again; 400, 413, 422 refused; else stop */

void rb_answer(const char *key, rb_str value); /* {"key": "value"}: in rb_on_resume */

/* ---- what a module writes --------------------------------------------------------------------------- */

int rb_on_prepare(rb_json stream);  /* {"stream","mode","partitions","version","key":[…],"columns":[{"name","type"}]}: what comes */
int rb_on_resume(rb_json place);    /* {"stream","topic","partition","fence","token"}: where it goes on */
int rb_on_begin(rb_json delivery);  /* {"key","kind","rows","generation","offset","token"}: the key is the same when it comes again */
int rb_on_write(rb_batch *batch);
int rb_on_commit(rb_json delivery); /* as in rb_on_begin; only now it must stay */
int rb_on_abort(rb_json delivery);  /* nothing of it is to stay, as far as that can be */

#endif
