/* A guest that does on demand what a guest must not: rb_open's JSON names the deed, rb_transform does it. */
#include "rapidbyte_abi.h"

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
WASI("clock_time_get") int32_t clock_time_get(int32_t id, int64_t precision, void *time);
WASI("random_get") int32_t random_get(void *buf, uint32_t len);
WASI("fd_write") int32_t fd_write(int32_t fd, const void *vectors, uint32_t count, void *written);
WASI("path_open") int32_t path_open(int32_t fd, int32_t flags, const char *path, uint32_t len, int32_t oflags, int64_t rights, int64_t inheriting, int32_t fdflags, void *opened);
WASI("proc_exit") void proc_exit(int32_t code);

unsigned long strlen(const char *s) {
  unsigned long n = 0;
  while (s[n]) n++;
  return n;
}

static char config[4096];
static uint32_t config_length;
static unsigned char arena[1 << 17];
static uint32_t used;
static volatile uint32_t sink;

RB_EXPORT("rb_abi") int32_t rb_abi(void) { return 1; }

/* Large inputs lie behind the module's own memory. */
RB_EXPORT("rb_alloc") void *rb_alloc(uint32_t length) {
  if (length > sizeof arena - used) {
    uint32_t pages = (length + 65535) / 65536;
    int32_t at = __builtin_wasm_memory_grow(0, pages);
    return at < 0 ? 0 : (void *)(at * 65536);
  }
  void *p = arena + used;
  used += (length + 15) & ~15u;
  return p;
}

RB_EXPORT("rb_free") void rb_free(void *p, uint32_t length) {
  (void)length;
  if ((unsigned char *)p < arena + sizeof arena) used = 0;
}

static int is(const char *deed) {
  char quoted[64];
  uint32_t n = 0;
  quoted[n++] = '"';
  while (*deed) quoted[n++] = *deed++;
  quoted[n++] = '"';
  for (uint32_t i = 0; i + n <= config_length; i++) {
    uint32_t j = 0;
    while (j < n && config[i + j] == quoted[j]) j++;
    if (j == n) return 1;
  }
  return 0;
}

RB_EXPORT("rb_open") int32_t rb_open(const char *json, uint32_t length) {
  config_length = length < sizeof config ? length : sizeof config;
  for (uint32_t i = 0; i < config_length; i++) config[i] = json[i];
  if (is("loop in open")) for (;;) sink++;
  if (is("fail in open")) {
    static const char why[] = "{\"category\":\"config\",\"scope\":\"stream\",\"code\":\"no-column\",\"message\":\"there is no column x\",\"fix\":\"name one\"}";
    rb_host_error(why, sizeof why - 1);
    return -1;
  }
  return 0;
}

RB_EXPORT("rb_close") int32_t rb_close(void) { return 0; }

static unsigned char seen[2]; /* schemas and batches of this instance */

RB_EXPORT("rb_schema") int32_t rb_schema(const void *ipc, uint32_t length) {
  seen[0]++;
  rb_host_emit(RB_EMIT_SCHEMA, ipc, length, 0, 0);
  return 0;
}

__attribute__((noinline)) static uint32_t deeper(uint32_t n) {
  if (sink == 0xFFFFFFFF) return n;
  return (deeper(n + 1) * 3) ^ sink;
}

__attribute__((noinline)) static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

__attribute__((noinline)) static void trap_on_third_row(uint32_t rows) {
  for (uint32_t row = 0; row < rows; row++) {
    sink = row;
    if (sink == 2) __builtin_trap();
  }
}

__attribute__((noinline)) static void host_until_the_stack_ends(uint32_t n) {
  if (sink == 0xFFFFFFFF) return;
  rb_host_metric(RB_GAUGE, "depth", 5, n);
  host_until_the_stack_ends(n + 1);
  sink += n;
}

static void *out_of_bounds(void) { return (void *)0xFFFFFFF0u; }

static void print(int32_t fd, const char *text, uint32_t length);

static int pointers(void) {
  void *bad = out_of_bounds();
  if (is("bad emit")) rb_host_emit(RB_EMIT_BATCH, bad, 64, 0, 0);
  else if (is("bad emit length")) rb_host_emit(RB_EMIT_BATCH, config, 0x00FFFFFFu, 0, 0);
  else if (is("bad emit route")) rb_host_emit(RB_EMIT_BATCH, config, 1, bad, 64);
  else if (is("bad reject")) rb_host_reject(0, bad, 64);
  else if (is("bad error")) rb_host_error(bad, 64);
  else if (is("bad log")) rb_host_log(RB_INFO, bad, 64);
  else if (is("bad metric")) rb_host_metric(RB_COUNTER, bad, 64, 1);
  else if (is("bad state_get key")) rb_host_state_get(bad, 64, config, 16);
  else if (is("bad state_get buffer")) rb_host_state_get(config, 4, bad, 64);
  else if (is("bad state_put key")) rb_host_state_put(bad, 64, config, 1, 0);
  else if (is("bad state_put value")) rb_host_state_put(config, 1, bad, 64, 0);
  else if (is("bad state_delete")) rb_host_state_delete(bad, 64);
  else if (is("bad http request")) rb_host_http(bad, 64, config, 16);
  else if (is("bad http buffer")) rb_host_http(config, 4, bad, 64);
  else if (is("bad clock")) clock_time_get(0, 0, bad);
  else if (is("bad random")) random_get(bad, 64);
  else if (is("bad print")) print(2, bad, 64);
  else if (is("bad print vectors")) fd_write(2, bad, 4, config);
  else return 0;
  return 1;
}

static void floods(void) {
  if (is("emit flood")) for (;;) rb_host_emit(RB_EMIT_BATCH, 0, 1 << 16, 0, 0);
  if (is("emit a gibibyte")) rb_host_emit(RB_EMIT_BATCH, 0, 1u << 30, 0, 0);
  if (is("large key")) rb_host_state_delete(0, 100000);
  if (is("large value")) { __builtin_wasm_memory_grow(0, 64); rb_host_state_put("k", 1, 0, 2 << 20, 0); };
  if (is("log flood")) for (;;) rb_host_log(RB_INFO, config, 100);
  if (is("host call flood")) for (;;) rb_host_cancelled();
  if (is("state flood")) for (uint32_t i = 0;; i++) rb_host_state_put(&i, 4, config, 4096, 0);
}

static void say(void) {
  static const char line[] = "first\x1b[31mred\nsecond\r\x07";
  rb_host_log(RB_WARN, line, sizeof line - 1);
}

static void print(int32_t fd, const char *text, uint32_t length) {
  struct { const void *at; uint32_t length; } vector = { text, length };
  uint32_t written;
  fd_write(fd, &vector, 1, &written);
}

/* Clock twice, random numbers, and what opening a file answers. */
static void wasi(void) {
  struct { int64_t real, monotonic[2]; unsigned char random[21]; int32_t file; } seen = { 0 };
  clock_time_get(0, 0, &seen.real);
  clock_time_get(1, 0, &seen.monotonic[0]);
  clock_time_get(1, 0, &seen.monotonic[1]);
  random_get(seen.random, sizeof seen.random);
  uint32_t opened;
  seen.file = path_open(3, 0, "/etc/passwd", 11, 0, -1, -1, 0, &opened);
  rb_host_emit(RB_EMIT_ANSWER, &seen, sizeof seen, 0, 0);
}

static int state(void) {
  unsigned char buf[64];
  rb_host_state_put("key", 3, "value", 5, 600000);
  if (rb_host_state_get("key", 3, buf, sizeof buf) != 5) return -1;
  rb_host_state_put("gone", 4, "x", 1, 0);
  rb_host_state_delete("gone", 4);
  if (rb_host_state_get("gone", 4, buf, sizeof buf) != -1) return -1;
  int32_t n = rb_host_state_get("count", 5, buf, sizeof buf);
  buf[0] = n == 1 ? buf[0] + 1 : 1;
  rb_host_state_put("count", 5, buf, 1, 1000);
  rb_host_emit(RB_EMIT_ANSWER, buf, 1, 0, 0);
  return 0;
}

static int refuse(void) {
  rb_host_reject(1, "{\"code\":\"too old\",\"message\":\"born \\u001b in 1850\"}", 51);
  rb_host_reject(0, "plain text", 10);
  rb_host_reject(1, "again", 5);
  return 0;
}

static int http(void) {
  static char buf[65536];
  const char *from = config;
  uint32_t at = 0;
  for (uint32_t i = 0; i + 6 < config_length; i++)
    if (config[i] == 'u' && config[i + 1] == 'r' && config[i + 2] == 'l' && config[i + 3] == '"') at = i + 6;
  static char request[2048];
  uint32_t n = 0;
  const char head[] = "{\"method\":\"POST\",\"url\":\"";
  for (uint32_t i = 0; i < sizeof head - 1; i++) request[n++] = head[i];
  while (at < config_length && from[at] != '"') request[n++] = from[at++];
  const char tail[] = "\",\"headers\":{\"Idempotency-Key\":\"k1\"}}\nbody";
  for (uint32_t i = 0; i < sizeof tail - 1; i++) request[n++] = tail[i];
  int32_t length = rb_host_http(request, n, buf, 8);
  if (length > 8) length = rb_host_http(0, 0, buf, sizeof buf);
  rb_host_emit(RB_EMIT_ANSWER, buf, (uint32_t)length, 0, 0);
  return 0;
}

RB_EXPORT("rb_transform")
int32_t rb_transform(const char *meta, uint32_t meta_length, const void *ipc, uint32_t length) {
  (void)meta;
  seen[1]++;
  if (is("count")) { if (length == 1) __builtin_trap(); rb_host_emit(RB_EMIT_ANSWER, seen, 2, 0, 0); }
  if (is("loop")) for (;;) sink++;
  if (is("loop until cancelled")) { while (!rb_host_cancelled()) sink++; return -1; }
  if (is("exponential")) return (int32_t)fibonacci(90);
  if (is("recursion")) return (int32_t)deeper(0);
  if (is("recursion into the host")) host_until_the_stack_ends(0);
  if (is("memory bomb")) { while (__builtin_wasm_memory_grow(0, 16) != (unsigned long)-1) sink++; __builtin_trap(); }
  if (is("memory to the brim")) while (__builtin_wasm_memory_grow(0, 1) != (unsigned long)-1) sink++;
  if (is("trap")) trap_on_third_row(meta_length);
  if (is("beyond memory")) sink = *(volatile uint32_t *)out_of_bounds();
  if (is("divide")) { sink = 0; return (int32_t)(length / sink); }
  if (is("no reason")) return -7;
  if (is("stop the stream")) { rb_host_error("{\"code\":\"source/diverged\",\"scope\":\"stream\",\"message\":\"forged\"}", 64); return -1; }
  if (is("reject beyond")) rb_host_reject(1000000, "x", 1);
  if (is("unknown kind")) rb_host_emit(9, ipc, length, 0, 0);
  if (is("say")) say();
  if (is("wasi")) wasi();
  if (is("panic")) { print(2, "thread 'main' pani", 18); print(2, "cked at src/lib.rs:7:5\nnote\n", 28); print(1, "half a line", 11); proc_exit(101); }
  if (is("print flood")) for (;;) print(2, config, 1000);
  if (is("state")) return state();
  if (is("refuse")) return refuse();
  if (is("request")) return http();
  if (pointers()) return 0;
  floods();
  rb_host_emit(RB_EMIT_BATCH, ipc, length, 0, 0);
  return 0;
}

/* As a destination it does the same. */
RB_EXPORT("rb_write")
int32_t rb_write(const char *meta, uint32_t meta_length, const void *ipc, uint32_t length) { return rb_transform(meta, meta_length, ipc, length); }

static int32_t answer(const char *name, const char *json, uint32_t length) {
  rb_host_log(RB_INFO, name, (uint32_t)__builtin_strlen(name));
  rb_host_emit(RB_EMIT_ANSWER, json, length, 0, 0);
  return 0;
}
RB_EXPORT("rb_prepare") int32_t rb_prepare(const char *json, uint32_t length) { return answer("prepare", json, length); }
RB_EXPORT("rb_resume") int32_t rb_resume(const char *json, uint32_t length) { return answer("resume", json, length); }
RB_EXPORT("rb_begin") int32_t rb_begin(const char *json, uint32_t length) { return answer("begin", json, length); }
RB_EXPORT("rb_commit") int32_t rb_commit(const char *json, uint32_t length) { return answer("commit", json, length); }
RB_EXPORT("rb_abort") int32_t rb_abort(const char *json, uint32_t length) { return answer("abort", json, length); }
