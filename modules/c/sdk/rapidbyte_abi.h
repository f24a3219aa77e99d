/* Rapidbyte guest ABI v1: what the host has, and what it calls. */
#ifndef RAPIDBYTE_ABI_H
#define RAPIDBYTE_ABI_H

#include <stdint.h>

#define RB_IMPORT(name) __attribute__((import_module("rapidbyte_v1"), import_name(name)))
#define RB_EXPORT(name) __attribute__((export_name(name)))

enum { RB_EMIT_SCHEMA = 1, RB_EMIT_BATCH = 2, RB_EMIT_ANSWER = 3 };
enum { RB_DEBUG = 0, RB_INFO = 1, RB_WARN = 2, RB_ERROR = 3 };
enum { RB_COUNTER = 0, RB_GAUGE = 1, RB_HISTOGRAM = 2 };

RB_IMPORT("emit") void rb_host_emit(int32_t kind, const void *ptr, uint32_t len, const char *route, uint32_t route_len);
RB_IMPORT("reject") void rb_host_reject(int32_t row, const char *err, uint32_t len);
RB_IMPORT("error") void rb_host_error(const char *err, uint32_t len);
RB_IMPORT("log") void rb_host_log(int32_t level, const char *text, uint32_t len);
RB_IMPORT("metric") void rb_host_metric(int32_t kind, const char *name, uint32_t len, double value);
/* The value's length, -1 where there is none. Nothing is written when it exceeds cap. */
RB_IMPORT("state_get") int32_t rb_host_state_get(const void *key, uint32_t key_len, void *buf, uint32_t cap);
/* ttl_ms 0: for ever. */
RB_IMPORT("state_put") void rb_host_state_put(const void *key, uint32_t key_len, const void *value, uint32_t len, int64_t ttl_ms);
RB_IMPORT("state_delete") void rb_host_state_delete(const void *key, uint32_t key_len);
RB_IMPORT("cancelled") int32_t rb_host_cancelled(void);
/* Request: a line of JSON {"method","url","headers"}, then the body. The answer likewise, {"status","headers"}.
   Returns the answer's length; above cap nothing is written, and a call with req_len 0 gives it again. */
RB_IMPORT("http") int32_t rb_host_http(const void *req, uint32_t req_len, void *buf, uint32_t cap);

#endif
