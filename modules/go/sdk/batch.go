package rapidbyte

import "math"

// Batch is rows that came in, and what is to come out of them.
type Batch struct {
	Rows int
	// TimeUs is the commit's time, in µs since 1970.
	TimeUs  int64
	known   *output
	columns []*Column
	outputs []*Builder // by the output's place; nil where nothing was asked for
	taken   []*Column
	origins []uint32 // which rows of the input these are; nil for all, in their order
	dropped []bool   // by row; nil where none is dropped
	ops     *Column
	marks   *Column
	emitted *bool
}

func newBatch(rows int, known *output, columns []*Column, timeUs int64) *Batch {
	b := &Batch{Rows: rows, TimeUs: timeUs, known: known, columns: columns, emitted: new(bool)}
	b.outputs = make([]*Builder, len(known.columns))
	b.taken = make([]*Column, len(known.columns))
	b.ops, b.marks = b.Input("_rb_op"), b.Input("_rb_unchanged")
	if b.ops != nil && b.ops.Field.Type.Kind != Int {
		b.ops = nil
	}
	return b
}

func readBatch(ipc []byte, known *output, timeUs int64) (*Batch, error) {
	fields, _, rest, err := readSchema(ipc)
	if err != nil {
		return nil, err
	}
	if !sameFields(fields, known.input) {
		return nil, Fail("other-schema", "the batch is not of the schema given last")
	}
	undecodable := Fail("undecodable-batch", "the batch cannot be read: its columns")
	const compression = 3
	f, header, body, rest := nextMessage(rest, batchMessage)
	if f.bad || body > uint64(len(rest)) || f.slot(header, compression) != 0 {
		return nil, undecodable
	}
	rows := f.number(header, 0, 8, 0)
	r := &reader{flat: f, body: rest[:body]}
	r.nodes, r.nodeCount = f.vector(header, 1, 16)
	r.buffers, r.bufferCount = f.vector(header, 2, 16)
	var columns []*Column
	for _, field := range fields {
		column := r.column(field)
		if f.bad || uint64(column.length) != rows {
			return nil, undecodable
		}
		columns = append(columns, column)
	}
	if r.nodeCount > 0 || r.bufferCount > 0 || rows > math.MaxInt32 {
		return nil, undecodable
	}
	return newBatch(int(rows), known, columns, timeUs), nil
}

// Op says what happened: 'r' snapshot row, 'c' insert, 'u' update, 'd' delete.
func (b *Batch) Op(row int) byte {
	if b.ops == nil {
		return 'c'
	}
	return byte(b.ops.Int(row))
}

// IsUnchanged says whether the column's value did not change and is not in the row.
func (b *Batch) IsUnchanged(row int, name string) bool {
	if b.marks == nil {
		return false
	}
	for start, end := b.marks.Items(row); start < end; start++ {
		column := int(b.marks.Child(0).Int(start))
		if column < len(b.columns) && b.columns[column].Field.Name == name {
			return true
		}
	}
	return false
}

// Input gives a column that came in; nil where there is none.
func (b *Batch) Input(name string) *Column {
	for _, column := range b.columns {
		if column.Field.Name == name {
			return column
		}
	}
	return nil
}

// Inputs gives all data columns that came in.
func (b *Batch) Inputs() []*Column {
	var inputs []*Column
	for _, column := range b.columns {
		if !column.Field.IsOurs() {
			inputs = append(inputs, column)
		}
	}
	return inputs
}

// Output is for the new values of an output column, one for each row. The schema must say that it is computed.
func (b *Batch) Output(name string) *Builder {
	for i, column := range b.known.columns {
		if column.computed && column.field.Name == name {
			b.outputs[i] = newBuilder(column.field)
			return b.outputs[i]
		}
	}
	panic("the schema does not say that this column is computed: " + name)
}

// Drop leaves a row out.
func (b *Batch) Drop(row int) {
	if b.dropped == nil {
		b.dropped = make([]bool, b.Rows)
	}
	b.dropped[row] = true
}

func (b *Batch) origin(row int) uint32 {
	if b.origins == nil {
		return uint32(row)
	}
	return b.origins[row]
}

// Reject sends a row to the dead letters.
func (b *Batch) Reject(row int, why error) {
	b.Drop(row)
	reject(b.origin(row), why)
}

// Take gives some rows, any number of times and in any order; to be changed and emitted.
func (b *Batch) Take(rows []uint32) *Batch {
	columns := make([]*Column, len(b.columns))
	for i, column := range b.columns {
		columns[i] = column.take(rows)
	}
	part := newBatch(len(rows), b.known, columns, b.TimeUs)
	part.emitted = b.emitted
	for i := range b.outputs {
		if values := b.values(i); values != nil {
			part.taken[i] = values.take(rows)
		}
	}
	part.origins = make([]uint32, len(rows))
	for i, row := range rows {
		part.origins[i] = b.origin(int(row))
		if b.dropped != nil && b.dropped[row] {
			part.Drop(i)
		}
	}
	return part
}

// What was put into an output column, if it was put into every row.
func (b *Batch) values(i int) *Column {
	column := b.taken[i]
	if b.outputs[i] != nil {
		column = b.outputs[i].finish()
	}
	if column == nil || column.length != b.Rows {
		return nil
	}
	return column
}

// Emit sends the rows on, but for those dropped; an empty route is the stream's own. Then nothing goes out by itself.
func (b *Batch) Emit(route string) error {
	*b.emitted = true
	all := b.dropped == nil && b.origins == nil
	rows, message := b.Rows, b.known.whole
	var stay []uint32
	origins := newBuilder(rowField)
	if !all {
		for row := 0; row < b.Rows; row++ {
			if b.dropped == nil || !b.dropped[row] {
				stay = append(stay, uint32(row))
				origins.PutInt(int64(b.origin(row)))
			}
		}
		rows, message = len(stay), b.known.some
	}
	var out outline
	for i, of := range b.known.columns {
		if !b.known.isSent(of) {
			continue
		}
		column := b.values(i)
		if !of.computed {
			column = b.Input(of.source)
		}
		if column == nil {
			return Fail("missing-values", "not every row was given a value of column: "+of.field.Name)
		}
		if rows < b.Rows {
			column = column.take(stay)
		}
		out.column(column)
	}
	if !all {
		out.column(origins.finish())
	}
	if out.body > 0x70000000 {
		return Fail("batch-too-large", "the batch has more than 1.75 GiB")
	}
	emit(kindBatch, out.stream(message, rows), route)
	return nil
}

// The stream of a schema, a batch and the end. The batch's message is laid out by hand: each place is known.
func (o *outline) stream(schema []byte, rows int) []byte {
	nodes, buffers := uint32(len(o.nodes)), uint32(len(o.buffers))
	out := make([]byte, 0, len(schema)+104+len(o.nodes)+len(o.buffers)+int(o.body))
	words := func(words ...uint32) {
		for _, word := range words {
			out = le.AppendUint32(out, word)
		}
	}
	halves := func(halves ...uint16) {
		for _, half := range halves {
			out = le.AppendUint16(out, half)
		}
	}
	out = append(out, schema...)
	words(continuation, 80+nodes+buffers, 16)
	halves(12, 20, 16, 18, 4, 8) // at 4: the message's vtable
	words(12, 28)                // at 16: the message; its header is at 20 + 28
	out = le.AppendUint64(out, o.body)
	halves(4, batchMessage, 10, 20, 8, 4, 16, 0) // V5; at 36: the batch's vtable
	words(12, 16)                                // at 48: the batch; its nodes are at 52 + 16
	out = le.AppendUint64(out, uint64(rows))
	words(12+nodes, nodes/16)
	out = append(out, o.nodes...)
	words(0, buffers/16)
	out = append(out, o.buffers...)
	for _, part := range o.parts {
		out = append(out, part...)
		out = append(out, make([]byte, -len(part)&7)...)
	}
	return append(out, endMark...)
}
