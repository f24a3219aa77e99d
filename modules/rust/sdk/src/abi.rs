//! What the host calls. All that is unsafe is here and in `host`.

use crate::{batch, host, schema::Output, Error, Json, Result, Transform};
use std::alloc::Layout;
use std::rc::Rc;

struct Module {
    transform: Box<dyn Transform>,
    output: Option<Rc<Output>>,
}

static mut MODULE: Option<Module> = None;

fn module() -> Result<&'static mut Module> {
    // One thread, and the host never calls into a call.
    unsafe { (*core::ptr::addr_of_mut!(MODULE)).as_mut() }.ok_or_else(|| Error::new("not-open", "the module is not open"))
}

pub(crate) fn bytes<'a>(at: *const u8, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    unsafe { core::slice::from_raw_parts(at, len) }
}

pub(crate) fn answer(result: Result<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            host::error(&error);
            -1
        }
    }
}

fn layout(len: usize) -> Option<Layout> {
    Layout::from_size_align(len.max(1), 8).ok()
}

pub fn alloc(len: usize) -> *mut u8 {
    layout(len).map_or(core::ptr::null_mut(), |layout| unsafe { std::alloc::alloc(layout) })
}

pub fn free(at: *mut u8, len: usize) {
    if let (Some(layout), false) = (layout(len), at.is_null()) {
        unsafe { std::alloc::dealloc(at, layout) }
    }
}

pub fn open<T: Transform + 'static>(at: *const u8, len: usize) -> i32 {
    std::panic::set_hook(Box::new(|info| host::log(crate::Level::Error, &info.to_string())));
    let opened = Json::parse(bytes(at, len)).and_then(|setup| T::open(setup.get("config")));
    answer(opened.map(|transform| unsafe {
        MODULE = Some(Module { transform: Box::new(transform), output: None });
    }))
}

pub fn close() -> i32 {
    unsafe { MODULE = None };
    0
}

pub fn schema(at: *const u8, len: usize) -> i32 {
    answer(module().and_then(|module| {
        module.output = None;
        module.output = Some(Rc::new(Output::ask(module.transform.as_mut(), bytes(at, len))?));
        Ok(())
    }))
}

pub fn transform(meta: *const u8, meta_len: usize, at: *const u8, len: usize) -> i32 {
    answer(module().and_then(|module| {
        let output = module.output.clone().ok_or_else(|| Error::new("no-schema", "rb_transform before rb_schema"))?;
        let meta = Json::parse(bytes(meta, meta_len))?;
        batch::run(module.transform.as_mut(), output, &meta, bytes(at, len))
    }))
}
