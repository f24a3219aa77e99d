package rapidbyte

import "math"

// Builder takes the new values of a column, one row after another.
type Builder struct {
	Field    *Field
	length   int
	nulls    int
	validity []byte
	offsets  []byte
	values   []byte
	children []*Builder
}

func newBuilder(field *Field) *Builder {
	b := &Builder{Field: field}
	if field.Type.hasOffsets() {
		b.offsets = make([]byte, 4)
	}
	for _, child := range field.Children {
		b.children = append(b.children, newBuilder(child))
	}
	return b
}

// Len is how many rows it has by now.
func (b *Builder) Len() int { return b.length }

// Child gives a list's items, or a struct's column.
func (b *Builder) Child(index int) *Builder { return b.children[index] }

func (b *Builder) must(holds bool, what string) {
	if !holds {
		panic("column " + b.Field.Name + " takes no " + what)
	}
}

func putBit(bits []byte, at int, value bool) []byte {
	if at%8 == 0 {
		bits = append(bits, 0)
	}
	if value {
		bits[at/8] |= 1 << (at % 8)
	}
	return bits
}

// PutNull puts no value.
func (b *Builder) PutNull() {
	bits, _ := b.Field.Type.bits()
	switch b.Field.Type.Kind {
	case Bool:
		b.values = putBit(b.values, b.length, false)
	case Struct:
		for _, child := range b.children {
			child.PutNull()
		}
	case FixedList:
		for i := int32(0); i < b.Field.Type.A; i++ {
			b.children[0].PutNull()
		}
	default:
		b.values = append(b.values, make([]byte, bits/8)...)
	}
	b.row(false)
}

// PutBool puts a bool.
func (b *Builder) PutBool(value bool) {
	b.must(b.Field.Type.Kind == Bool, "bool")
	b.values = putBit(b.values, b.length, value)
	b.row(true)
}

// PutInt puts an int, date, time, timestamp or duration.
func (b *Builder) PutInt(value int64) {
	b.must(b.Field.Type.isWhole(), "int")
	bits, _ := b.Field.Type.bits()
	b.values = append(b.values, le.AppendUint64(nil, uint64(value))[:bits/8]...)
	b.row(true)
}

// PutFloat puts a single or double.
func (b *Builder) PutFloat(value float64) {
	b.must(b.Field.Type.Kind == Float && b.Field.Type.A > 0, "float")
	if b.Field.Type.A == 2 {
		b.values = le.AppendUint64(b.values, math.Float64bits(value))
	} else {
		b.values = le.AppendUint32(b.values, math.Float32bits(float32(value)))
	}
	b.row(true)
}

// PutBytes puts text or binary, or the bytes of any other type with a fixed width.
func (b *Builder) PutBytes(value []byte) {
	bits, fixed := b.Field.Type.bits()
	fits := fixed && b.Field.Type.Kind != Bool && bits == 8*len(value)
	b.must(b.Field.Type.isVarying() || fits, "bytes, or not so many")
	b.values = append(b.values, value...)
	b.row(true)
}

// PutText puts a text.
func (b *Builder) PutText(value string) { b.PutBytes([]byte(value)) }

// PutItems ends a list that has what was put into child 0 since the last; or a struct, after one value into each child.
func (b *Builder) PutItems() {
	t := b.Field.Type
	b.must(t.isListed() || t.Kind == Struct, "items")
	each := 1
	if t.Kind == FixedList {
		each = int(t.A)
	}
	for _, child := range b.children {
		b.must(t.Kind == List || t.Kind == Map || child.length == (b.length+1)*each, "row without a value for each item")
	}
	b.row(true)
}

func (b *Builder) row(present bool) {
	if len(b.children) > 0 {
		b.endRow(present, b.children[0].length)
	} else {
		b.endRow(present, len(b.values))
	}
}

func (b *Builder) endRow(present bool, end int) {
	if b.Field.Type.hasOffsets() {
		b.offsets = le.AppendUint32(b.offsets, uint32(end))
	}
	if !present && b.nulls == 0 {
		for i := 0; i < b.length; i++ {
			b.validity = putBit(b.validity, i, true)
		}
	}
	if !present {
		b.nulls++
	}
	if b.nulls > 0 {
		b.validity = putBit(b.validity, b.length, present)
	}
	b.length++
}

func (b *Builder) finish() *Column {
	c := &Column{Field: b.Field, length: b.length, nulls: b.nulls, validity: b.validity, offsets: b.offsets, values: b.values}
	for _, child := range b.children {
		c.children = append(c.children, child.finish())
	}
	return c
}
