//! What the host does for a module.

use crate::Error;

#[link(wasm_import_module = "rapidbyte_v1")]
extern "C" {
    #[link_name = "emit"]
    fn host_emit(kind: i32, at: *const u8, len: usize, route: *const u8, route_len: usize);
    #[link_name = "reject"]
    fn host_reject(row: i32, error: *const u8, len: usize);
    #[link_name = "error"]
    fn host_error(error: *const u8, len: usize);
    #[link_name = "log"]
    fn host_log(level: i32, text: *const u8, len: usize);
    #[link_name = "metric"]
    fn host_metric(kind: i32, name: *const u8, len: usize, value: f64);
    #[link_name = "state_get"]
    fn host_state_get(key: *const u8, key_len: usize, to: *mut u8, room: usize) -> i32;
    #[link_name = "state_put"]
    fn host_state_put(key: *const u8, key_len: usize, value: *const u8, len: usize, ttl_ms: i64);
    #[link_name = "state_delete"]
    fn host_state_delete(key: *const u8, key_len: usize);
    #[link_name = "http"]
    fn host_http(request: *const u8, len: usize, to: *mut u8, room: usize) -> i32;
}

pub(crate) const SCHEMA: i32 = 1;
pub(crate) const BATCH: i32 = 2;
pub(crate) const ANSWER: i32 = 3;

/// The request is sent once; an answer that is longer than expected is asked for again.
pub(crate) fn http(request: &[u8]) -> Vec<u8> {
    let mut answer = vec![0; 4096];
    let len = unsafe { host_http(request.as_ptr(), request.len(), answer.as_mut_ptr(), answer.len()) } as usize;
    let fits = len <= answer.len();
    answer.resize(len, 0);
    if !fits {
        unsafe { host_http(core::ptr::null(), 0, answer.as_mut_ptr(), answer.len()) };
    }
    answer
}

pub(crate) fn emit(kind: i32, bytes: &[u8], route: &str) {
    unsafe { host_emit(kind, bytes.as_ptr(), bytes.len(), route.as_ptr(), route.len()) }
}

pub(crate) fn reject(row: u32, error: &Error) {
    let json = error.json();
    unsafe { host_reject(row as i32, json.as_ptr(), json.len()) }
}

pub(crate) fn error(error: &Error) {
    let json = error.json();
    unsafe { host_error(json.as_ptr(), json.len()) }
}

#[derive(Clone, Copy)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// A line for the pipeline's log.
pub fn log(level: Level, text: &str) {
    unsafe { host_log(level as i32, text.as_ptr(), text.len()) }
}

/// Numbers for the pipeline's metrics. Names have letters, digits and underscores.
pub mod metric {
    fn send(kind: i32, name: &str, value: f64) {
        unsafe { super::host_metric(kind, name.as_ptr(), name.len(), value) }
    }
    pub fn count(name: &str, by: f64) {
        send(0, name, by)
    }
    pub fn gauge(name: &str, value: f64) {
        send(1, name, value)
    }
    pub fn histogram(name: &str, value: f64) {
        send(2, name, value)
    }
}

/// What a module finds again in the next batch. Changes count if the call ends well, together with what it emits.
pub mod state {
    use super::*;

    pub fn has(key: &[u8]) -> bool {
        unsafe { host_state_get(key.as_ptr(), key.len(), core::ptr::null_mut(), 0) >= 0 }
    }

    pub fn get(key: &[u8]) -> Option<Vec<u8>> {
        let mut value = vec![0; 256];
        loop {
            let len = unsafe { host_state_get(key.as_ptr(), key.len(), value.as_mut_ptr(), value.len()) };
            let len = usize::try_from(len).ok()?;
            let fits = len <= value.len();
            value.resize(len, 0);
            if fits {
                return Some(value);
            }
        }
    }

    /// `ttl_ms` of 0 or less keeps it for ever.
    pub fn put(key: &[u8], value: &[u8], ttl_ms: i64) {
        unsafe { host_state_put(key.as_ptr(), key.len(), value.as_ptr(), value.len(), ttl_ms) }
    }

    pub fn delete(key: &[u8]) {
        unsafe { host_state_delete(key.as_ptr(), key.len()) }
    }
}
