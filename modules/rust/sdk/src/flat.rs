//! Flatbuffers, as far as Arrow's schema and record batch need them. Reading never leaves the bytes; what is not there is `None`.

/// A table in its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A vector: its bytes from the first item on, and how many items there are.
#[derive(Clone, Copy)]
pub(crate) struct Vector<'a> {
    bytes: &'a [u8],
    at: usize,
    pub len: usize,
}

fn load<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    load(bytes, at).map(u16::from_le_bytes)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    load(bytes, at).map(u32::from_le_bytes)
}

fn follow(bytes: &[u8], at: usize) -> Option<usize> {
    at.checked_add(u32_at(bytes, at)? as usize)
}

impl<'a> Table<'a> {
    pub fn root(bytes: &'a [u8]) -> Option<Table<'a>> {
        Some(Table { bytes, at: follow(bytes, 0)? })
    }

    /// Where a slot's value is; `Some(None)` where the table leaves it out.
    fn slot(&self, n: usize) -> Option<Option<usize>> {
        let vtable = self.at.wrapping_sub(u32_at(self.bytes, self.at)? as usize);
        if 4 + 2 * n >= u16_at(self.bytes, vtable)? as usize {
            return Some(None);
        }
        let offset = u16_at(self.bytes, vtable.checked_add(4 + 2 * n)?)? as usize;
        Some(if offset == 0 { None } else { Some(self.at.checked_add(offset)?) })
    }

    pub fn has(&self, n: usize) -> Option<bool> {
        Some(self.slot(n)?.is_some())
    }

    pub fn u8(&self, n: usize, otherwise: u8) -> Option<u8> {
        self.slot(n)?.map_or(Some(otherwise), |at| self.bytes.get(at).copied())
    }

    pub fn i16(&self, n: usize, otherwise: i32) -> Option<i32> {
        self.slot(n)?.map_or(Some(otherwise), |at| load(self.bytes, at).map(|b| i16::from_le_bytes(b).into()))
    }

    pub fn i32(&self, n: usize, otherwise: i32) -> Option<i32> {
        self.slot(n)?.map_or(Some(otherwise), |at| load(self.bytes, at).map(i32::from_le_bytes))
    }

    pub fn u64(&self, n: usize) -> Option<u64> {
        self.slot(n)?.map_or(Some(0), |at| load(self.bytes, at).map(u64::from_le_bytes))
    }

    pub fn table(&self, n: usize) -> Option<Table<'a>> {
        Some(Table { bytes: self.bytes, at: follow(self.bytes, self.slot(n)??)? })
    }

    /// Items of so many bytes each; none where the table leaves it out.
    pub fn vector(&self, n: usize, item: usize) -> Option<Vector<'a>> {
        let at = match self.slot(n)? {
            None => return Some(Vector { bytes: self.bytes, at: 0, len: 0 }),
            Some(slot) => follow(self.bytes, slot)?,
        };
        let len = u32_at(self.bytes, at)? as usize;
        let room = self.bytes.len() - at - 4;
        (len <= room / item).then(|| Vector { bytes: self.bytes, at: at + 4, len })
    }

    pub fn text(&self, n: usize) -> Option<String> {
        let v = self.vector(n, 1)?;
        String::from_utf8(v.bytes[v.at..v.at + v.len].to_vec()).ok()
    }
}

impl<'a> Vector<'a> {
    pub fn table(&self, i: usize) -> Option<Table<'a>> {
        Some(Table { bytes: self.bytes, at: follow(self.bytes, self.at + 4 * i)? })
    }

    /// An item of two numbers: a field node, or a buffer.
    pub fn pair(&self, i: usize) -> Option<(u64, u64)> {
        if i >= self.len {
            return None;
        }
        let word = |at| load(self.bytes, at).map(u64::from_le_bytes);
        Some((word(self.at + 16 * i)?, word(self.at + 16 * i + 8)?))
    }
}

/// Writes from front to back: a table before what it points to.
pub(crate) struct Writer {
    pub bytes: Vec<u8>,
}

/// The places of a table's slots that was written.
pub(crate) struct Slots(pub usize, [usize; 8]);

impl Slots {
    pub fn at(&self, n: usize) -> usize {
        self.1[n]
    }
}

impl Writer {
    pub fn new() -> Writer {
        Writer { bytes: vec![0; 4] }
    }

    pub fn pad(&mut self, to: usize) {
        while self.bytes.len() % to != 0 {
            self.bytes.push(0);
        }
    }

    /// A table whose slots have these sizes; 0 is left out.
    pub fn table(&mut self, from: usize, sizes: &[usize]) -> Slots {
        let (mut offsets, mut end) = ([0; 8], 4);
        for (i, &size) in sizes.iter().enumerate().filter(|(_, &size)| size > 0) {
            end = (end + size - 1) / size * size;
            offsets[i] = end;
            end += size;
        }
        self.pad(2);
        let vtable = self.bytes.len();
        for word in [4 + 2 * sizes.len(), end].iter().chain(&offsets[..sizes.len()]) {
            self.bytes.extend_from_slice(&(*word as u16).to_le_bytes());
        }
        self.pad(8);
        let start = self.bytes.len();
        self.bytes.resize(start + end, 0);
        self.set(start, &((start - vtable) as u32).to_le_bytes());
        self.point(from, start);
        for offset in &mut offsets {
            *offset += start;
        }
        Slots(start, offsets)
    }

    pub fn set(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn point(&mut self, from: usize, to: usize) {
        self.set(from, &((to - from) as u32).to_le_bytes());
    }

    /// A vector of links; returns the first's place.
    pub fn vector(&mut self, from: usize, len: usize) -> usize {
        self.pad(4);
        self.point(from, self.bytes.len());
        self.bytes.extend_from_slice(&(len as u32).to_le_bytes());
        let first = self.bytes.len();
        self.bytes.resize(first + 4 * len, 0);
        first
    }

    pub fn text(&mut self, from: usize, text: &str) {
        self.pad(4);
        self.point(from, self.bytes.len());
        self.bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
    }
}
