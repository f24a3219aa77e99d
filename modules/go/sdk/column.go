package rapidbyte

import "math"

// Column is values of one type. A row beyond the last, or a value as what it is not, is a panic.
type Column struct {
	Field    *Field
	length   int
	nulls    int
	validity []byte // empty: no value is NULL, or all are
	offsets  []byte
	values   []byte
	children []*Column
}

const freeRows = 1 << 20

// Len is how many rows it has.
func (c *Column) Len() int { return c.length }

// IsNull says whether a row has no value.
func (c *Column) IsNull(row int) bool {
	if row < 0 || row >= c.length {
		panic("column " + c.Field.Name + " has no such row")
	}
	if len(c.validity) > 0 {
		return !bit(c.validity, row)
	}
	return c.nulls > 0
}

func bit(bits []byte, i int) bool { return bits[i/8]>>(i%8)&1 != 0 }

func (c *Column) must(holds bool, what string) {
	if !holds {
		panic("column " + c.Field.Name + " is no " + what)
	}
}

// A NULL is read as false, 0 or nil: ask IsNull first.

// Bool gives a row's value.
func (c *Column) Bool(row int) bool {
	c.must(c.Field.Type.Kind == Bool, "bool")
	return !c.IsNull(row) && bit(c.values, row)
}

// Int gives a row's value; of int, date, time, timestamp and duration.
func (c *Column) Int(row int) int64 {
	t := c.Field.Type
	c.must(t.isWhole(), "int")
	if c.IsNull(row) {
		return 0
	}
	bytes := c.Bytes(row)
	value := (&flat{bytes: bytes}).load(0, uint64(len(bytes)))
	if t.Kind == Int && t.B == 0 {
		return int64(value)
	}
	spare := 64 - 8*len(bytes)
	return int64(value<<spare) >> spare
}

// Float gives a row's value; of single and double.
func (c *Column) Float(row int) float64 {
	t := c.Field.Type
	c.must(t.Kind == Float && t.A > 0, "float")
	if c.IsNull(row) {
		return 0
	}
	if t.A == 2 {
		return math.Float64frombits(le.Uint64(c.Bytes(row)))
	}
	return float64(math.Float32frombits(le.Uint32(c.Bytes(row))))
}

// Bytes gives a row's text or binary; of any other type with a fixed width its bytes. They are not copied.
func (c *Column) Bytes(row int) []byte {
	if c.IsNull(row) {
		return nil
	}
	if c.Field.Type.Kind == Bool {
		if bit(c.values, row) {
			return []byte{1}
		}
		return []byte{0}
	}
	if bits, fixed := c.Field.Type.bits(); fixed {
		return c.values[row*(bits/8) : (row+1)*(bits/8)]
	}
	c.must(c.Field.Type.isVarying(), "text")
	start, end := c.items(row)
	return c.values[start:end]
}

// Text gives a row's text.
func (c *Column) Text(row int) string { return string(c.Bytes(row)) }

// Items gives the rows of child 0 that a list, fixed list or map has: from start to before end.
func (c *Column) Items(row int) (start, end int) {
	if c.IsNull(row) {
		return 0, 0
	}
	return c.items(row)
}

func (c *Column) items(row int) (int, int) {
	if c.Field.Type.Kind == FixedList {
		size := int(c.Field.Type.A)
		return row * size, row*size + size
	}
	c.must(c.Field.Type.hasOffsets(), "list")
	return c.offset(row), c.offset(row + 1)
}

func (c *Column) offset(i int) int {
	if c.length == 0 {
		return 0
	}
	return int(le.Uint32(c.offsets[4*i:]))
}

// Child gives a list's items, or a struct's column.
func (c *Column) Child(index int) *Column { return c.children[index] }

// Some rows, copied by the layout, whatever the type means.
func (c *Column) take(rows []uint32) *Column {
	out, t := newBuilder(c.Field), c.Field.Type
	bits, fixed := t.bits()
	var picks []uint32
	for _, pick := range rows {
		row := int(pick)
		present := !c.IsNull(row)
		switch {
		case t.isListed():
			start, end := c.items(row)
			for ; start < end; start++ {
				picks = append(picks, uint32(start))
			}
		case t.Kind == Bool:
			out.values = putBit(out.values, out.length, bit(c.values, row))
		case fixed:
			out.values = append(out.values, c.values[row*(bits/8):(row+1)*(bits/8)]...)
		case t.isVarying():
			start, end := c.items(row)
			out.values = append(out.values, c.values[start:end]...)
		}
		if t.isListed() {
			out.endRow(present, len(picks))
		} else {
			out.endRow(present, len(out.values))
		}
	}
	if t.isListed() {
		rows = picks
	}
	taken := out.finish()
	for i, child := range c.children {
		taken.children[i] = child.take(rows)
	}
	return taken
}

// A batch's nodes and buffers.
type outline struct {
	nodes, buffers []byte
	parts          [][]byte
	body           uint64
}

func (o *outline) buffer(bytes []byte) {
	o.buffers = le.AppendUint64(le.AppendUint64(o.buffers, o.body), uint64(len(bytes)))
	o.parts = append(o.parts, bytes)
	o.body += uint64(len(bytes)+7) &^ 7
}

func (o *outline) column(c *Column) {
	o.nodes = le.AppendUint64(le.AppendUint64(o.nodes, uint64(c.length)), uint64(c.nulls))
	if len(c.validity) > 0 {
		o.buffer(c.validity[:(c.length+7)/8])
	} else {
		o.buffer(nil)
	}
	if c.Field.Type.hasOffsets() {
		if c.length > 0 {
			o.buffer(c.offsets[:4*(c.length+1)])
		} else {
			o.buffer(make([]byte, 4))
		}
	}
	if bits, fixed := c.Field.Type.bits(); fixed {
		o.buffer(c.values[:(c.length*bits+7)/8])
	} else if c.Field.Type.isVarying() {
		o.buffer(c.values[:c.offset(c.length)])
	}
	for _, child := range c.children {
		o.column(child)
	}
}

// A record batch's parts, each taken once.
type reader struct {
	flat                   *flat
	nodes, buffers         uint64
	nodeCount, bufferCount int
	body                   []byte
}

func (r *reader) next(least uint64) []byte {
	at, length := r.flat.load(r.buffers, 8), r.flat.load(r.buffers+8, 8)
	size := uint64(len(r.body))
	if r.bufferCount == 0 || length < least || length > size || at > size-length {
		r.flat.bad = true
	}
	if r.flat.bad {
		return nil
	}
	r.buffers += 16
	r.bufferCount--
	return r.body[at : at+length]
}

// The next column; flat.bad says that there is none.
func (r *reader) column(field *Field) *Column {
	c, t := &Column{Field: field}, field.Type
	length, nulls := r.flat.load(r.nodes, 8), r.flat.load(r.nodes+8, 8)
	if r.nodeCount == 0 || length > max(freeRows, uint64(len(r.body))*8) || nulls > length {
		r.flat.bad = true
	}
	if r.flat.bad {
		return c
	}
	r.nodes += 16
	r.nodeCount--
	c.length, c.nulls = int(length), int(nulls)
	least, whole := uint64(0), (length+7)/8
	if nulls > 0 && nulls < length {
		least = whole
	}
	if validity := r.next(least); nulls > 0 && uint64(len(validity)) >= whole {
		c.validity = validity
	}
	least = 0
	if t.hasOffsets() {
		if length > 0 {
			least = (length + 1) * 4
		}
		c.offsets = r.next(least)
		if r.flat.bad {
			return c
		}
		least = r.rising(c)
	}
	if t.isVarying() {
		c.values = r.next(least)
	} else if bits, fixed := t.bits(); fixed {
		c.values = r.next((length*uint64(bits) + 7) / 8)
	}
	switch t.Kind {
	case Struct:
		least = length
	case FixedList:
		least = length * uint64(t.A)
	}
	for _, of := range field.Children {
		if r.flat.bad {
			return c
		}
		child := r.column(of)
		if uint64(child.length) < least {
			r.flat.bad = true
		}
		c.children = append(c.children, child)
	}
	return c
}

// The last offset, if they all rise.
func (r *reader) rising(c *Column) uint64 {
	last := c.offset(0)
	for i := 1; i <= c.length; i++ {
		next := c.offset(i)
		if next < last || next > math.MaxInt32 {
			r.flat.bad = true
		}
		last = next
	}
	return uint64(last)
}
