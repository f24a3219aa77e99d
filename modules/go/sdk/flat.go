package rapidbyte

// Flatbuffers, as far as Arrow's schema and record batch need them. Reading never leaves the bytes; bad stays set.

// Little-endian numbers; encoding/binary would bring reflect, and a tenth of a megabyte, with it.
type littleEndian struct{}

var le littleEndian

func (littleEndian) AppendUint16(b []byte, v uint16) []byte { return append(b, byte(v), byte(v>>8)) }

func (littleEndian) AppendUint32(b []byte, v uint32) []byte {
	return append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
}

func (littleEndian) AppendUint64(b []byte, v uint64) []byte {
	return le.AppendUint32(le.AppendUint32(b, uint32(v)), uint32(v>>32))
}

func (littleEndian) PutUint32(b []byte, v uint32) { copy(b[:4], le.AppendUint32(nil, v)) }

func (littleEndian) Uint32(b []byte) uint32 {
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func (littleEndian) Uint64(b []byte) uint64 {
	return uint64(le.Uint32(b)) | uint64(le.Uint32(b[4:]))<<32
}

type flat struct {
	bytes []byte
	bad   bool
}

func (f *flat) load(at, size uint64) uint64 {
	if at > uint64(len(f.bytes)) || uint64(len(f.bytes))-at < size {
		f.bad = true
		return 0
	}
	value := uint64(0)
	for i := size; i > 0; i-- {
		value = value<<8 | uint64(f.bytes[at+i-1])
	}
	return value
}

func (f *flat) follow(at uint64) uint64 {
	if at == 0 {
		return 0
	}
	return at + f.load(at, 4)
}

// Where a slot's value is; 0 where the table leaves it out.
func (f *flat) slot(table uint64, n int) uint64 {
	vtable := uint64(int64(table) - int64(int32(f.load(table, 4))))
	if uint64(4+2*n) >= f.load(vtable, 2) {
		return 0
	}
	offset := f.load(vtable+4+2*uint64(n), 2)
	if offset == 0 {
		return 0
	}
	return table + offset
}

func (f *flat) number(table uint64, n int, size, otherwise uint64) uint64 {
	if at := f.slot(table, n); at != 0 {
		return f.load(at, size)
	}
	return otherwise
}

func (f *flat) table(table uint64, n int) uint64 { return f.follow(f.slot(table, n)) }

// A vector's first item, and how many there are.
func (f *flat) vector(table uint64, n int, item uint64) (uint64, int) {
	at := f.table(table, n)
	if at == 0 {
		return 0, 0
	}
	count := f.load(at, 4)
	if f.bad || count > (uint64(len(f.bytes))-at-4)/item {
		f.bad = true
		return 0, 0
	}
	return at + 4, int(count)
}

func (f *flat) text(table uint64, n int) string {
	at, count := f.vector(table, n, 1)
	return string(f.bytes[at : at+uint64(count)])
}

// Written from front to back: a table before what it points to.
type flatWriter struct{ bytes []byte }

// The places of a table's slots.
type slots [8]int

func (w *flatWriter) pad(to int) {
	for len(w.bytes)%to != 0 {
		w.bytes = append(w.bytes, 0)
	}
}

func (w *flatWriter) zero(count int) { w.bytes = append(w.bytes, make([]byte, count)...) }

// A table whose slots have these sizes; 0 is left out.
func (w *flatWriter) table(from int, sizes ...int) slots {
	var places slots
	end := 4
	for i, size := range sizes {
		if size > 0 {
			end = (end + size - 1) / size * size
			places[i] = end
			end += size
		}
	}
	w.pad(2)
	vtable := len(w.bytes)
	w.bytes = le.AppendUint16(w.bytes, uint16(4+2*len(sizes)))
	w.bytes = le.AppendUint16(w.bytes, uint16(end))
	for i := range sizes {
		w.bytes = le.AppendUint16(w.bytes, uint16(places[i]))
	}
	w.pad(8)
	start := len(w.bytes)
	w.zero(end)
	le.PutUint32(w.bytes[start:], uint32(start-vtable))
	w.point(from, start)
	for i := range places {
		places[i] += start
	}
	return places
}

func (w *flatWriter) point(from, to int) { le.PutUint32(w.bytes[from:], uint32(to-from)) }

func (w *flatWriter) set(at, size int, value uint64) {
	for i := 0; i < size; i++ {
		w.bytes[at+i] = byte(value >> (8 * i))
	}
}

// A vector of links; returns the first's place.
func (w *flatWriter) vector(from, count int) int {
	w.pad(4)
	w.point(from, len(w.bytes))
	w.bytes = le.AppendUint32(w.bytes, uint32(count))
	first := len(w.bytes)
	w.zero(4 * count)
	return first
}

func (w *flatWriter) text(from int, text string) {
	w.pad(4)
	w.point(from, len(w.bytes))
	w.bytes = le.AppendUint32(w.bytes, uint32(len(text)))
	w.bytes = append(append(w.bytes, text...), 0)
}
