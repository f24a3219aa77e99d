//! The Rust SDK of Rapidbyte's guest modules. Implement [`Transform`], name the type in [`module!`], build for
//! `wasm32-unknown-unknown`. Nothing else is needed, and nothing unsafe. A panic ends the call, and its message reaches the log.

mod abi;
mod batch;
mod column;
mod destination;
mod digits;
mod field;
mod flat;
mod host;
mod json;
mod memory;
mod schema;

pub use batch::Batch;
pub use destination::{json_lines, Delivery, Destination, Reply};
pub use column::{Builder, Column, Value};
pub use field::{Field, Type};
pub use host::{log, metric, state, Level};
pub use json::Json;
pub use schema::Schema;

#[doc(hidden)]
pub mod exports {
    pub use crate::abi::*;
    pub use crate::destination::exports as destination;
}

/// Why a module cannot go on, or a row cannot be worked on.
#[derive(Debug, Clone)]
pub struct Error {
    pub code: String,
    pub message: String,
    cause: Cause,
}

#[derive(Debug, Clone, Copy)]
enum Cause {
    Rows,
    Setting,
    Passing { after_ms: Option<i64> },
}

pub type Result<T> = core::result::Result<T, Error>;

impl Error {
    /// A code is of lower-case words, such as `bad-address`.
    pub fn new(code: &str, message: impl Into<String>) -> Error {
        Error { code: code.into(), message: message.into(), cause: Cause::Rows }
    }

    /// A setting is wrong: nothing goes on until it is mended.
    pub fn setting(code: &str, message: impl Into<String>) -> Error {
        Error { cause: Cause::Setting, ..Error::new(code, message) }
    }

    /// It may pass: the same comes again, after so many milliseconds or as the host sees fit.
    pub fn passing(code: &str, message: impl Into<String>, after_ms: Option<i64>) -> Error {
        Error { cause: Cause::Passing { after_ms }, ..Error::new(code, message) }
    }

    pub(crate) fn json(&self) -> String {
        let (mut code, mut message) = (String::new(), String::new());
        json::quote(&self.code, &mut code);
        json::quote(&self.message, &mut message);
        let cause = match self.cause {
            Cause::Rows => "\"data\"".into(),
            Cause::Setting => "\"config\",\"scope\":\"stream\"".into(),
            Cause::Passing { after_ms: None } => "\"transient\",\"scope\":\"stream\",\"retryable\":true".into(),
            Cause::Passing { after_ms: Some(after) } => {
                ["\"rate-limit\",\"scope\":\"stream\",\"retryable\":true,\"retry_after_ms\":", &after.to_string()].concat()
            }
        };
        ["{\"category\":", &cause, ",\"code\":", &code, ",\"message\":", &message, "}"].concat()
    }
}

/// What a module does. One value of it lives as long as the instance.
pub trait Transform {
    /// From the pipeline's `config` for this module.
    fn open(config: &Json) -> Result<Self>
    where
        Self: Sized;

    /// Says what comes out. `schema` begins as all columns that come in, each a copy of itself.
    fn schema(&mut self, schema: &mut Schema) -> Result<()>;

    /// Works on a batch. It goes out when this returns, unless this has emitted something itself.
    fn batch(&mut self, batch: &mut Batch) -> Result<()>;
}

/// Makes a type the module.
#[macro_export]
macro_rules! module {
    ($transform:ty) => {
        #[no_mangle]
        pub extern "C" fn rb_abi() -> i32 {
            1
        }
        #[no_mangle]
        pub extern "C" fn rb_alloc(len: usize) -> *mut u8 {
            $crate::exports::alloc(len)
        }
        #[no_mangle]
        pub extern "C" fn rb_free(at: *mut u8, len: usize) {
            $crate::exports::free(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_open(at: *const u8, len: usize) -> i32 {
            $crate::exports::open::<$transform>(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_close() -> i32 {
            $crate::exports::close()
        }
        #[no_mangle]
        pub extern "C" fn rb_schema(at: *const u8, len: usize) -> i32 {
            $crate::exports::schema(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_transform(meta: *const u8, meta_len: usize, at: *const u8, len: usize) -> i32 {
            $crate::exports::transform(meta, meta_len, at, len)
        }
    };
}

/// Makes a type the module, as a destination.
#[macro_export]
macro_rules! destination {
    ($destination:ty) => {
        #[no_mangle]
        pub extern "C" fn rb_abi() -> i32 {
            1
        }
        #[no_mangle]
        pub extern "C" fn rb_alloc(len: usize) -> *mut u8 {
            $crate::exports::alloc(len)
        }
        #[no_mangle]
        pub extern "C" fn rb_free(at: *mut u8, len: usize) {
            $crate::exports::free(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_open(at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::open::<$destination>(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_close() -> i32 {
            $crate::exports::destination::close()
        }
        #[no_mangle]
        pub extern "C" fn rb_prepare(at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::prepare(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_resume(at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::resume(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_begin(at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::begin(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_write(meta: *const u8, meta_len: usize, at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::write(meta, meta_len, at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_commit(at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::commit(at, len)
        }
        #[no_mangle]
        pub extern "C" fn rb_abort(at: *const u8, len: usize) -> i32 {
            $crate::exports::destination::abort(at, len)
        }
    };
}
