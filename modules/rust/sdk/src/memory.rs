//! Memory in blocks of powers of two, each size with a list of free ones: small, and quick enough.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::memory_grow;

struct Blocks;

#[global_allocator]
static BLOCKS: Blocks = Blocks;

static mut FREE: [usize; 32] = [0; 32];
static mut NEXT: usize = 0;
static mut END: usize = 0;

const PAGE: usize = 1 << 16;

/// The power of two that a block has.
fn class(layout: Layout) -> u32 {
    let size = layout.size().max(layout.align()).max(16);
    usize::BITS - (size - 1).leading_zeros()
}

fn aligned(at: usize, layout: Layout) -> usize {
    let align = layout.align().max(16);
    (at + align - 1) & !(align - 1)
}

// One thread. A free block's first word is the next free one's address.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class(layout);
        if class > 30 {
            return core::ptr::null_mut();
        }
        let free = FREE[class as usize];
        if free != 0 {
            FREE[class as usize] = *(free as *const usize);
            return free as *mut u8;
        }
        let size = 1usize << class;
        let mut block = aligned(NEXT, layout);
        if END < block + size {
            let pages = (size + layout.align() + PAGE - 1) / PAGE;
            let before = memory_grow(0, pages);
            if before == usize::MAX {
                return core::ptr::null_mut();
            }
            if before * PAGE != END {
                NEXT = before * PAGE;
            }
            END = (before + pages) * PAGE;
            block = aligned(NEXT, layout);
        }
        NEXT = block + size;
        block as *mut u8
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let class = class(layout) as usize;
        *(at as *mut usize) = FREE[class];
        FREE[class] = at as usize;
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let wanted = Layout::from_size_align_unchecked(size, layout.align());
        if class(wanted) == class(layout) {
            return at;
        }
        let moved = self.alloc(wanted);
        if !moved.is_null() {
            core::ptr::copy_nonoverlapping(at, moved, layout.size().min(size));
            self.dealloc(at, layout);
        }
        moved
    }
}
