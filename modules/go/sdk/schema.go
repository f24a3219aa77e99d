package rapidbyte

// Schema is the columns that come out, in their order. It begins as all that come in, each a copy of itself.
type Schema struct {
	columns []outputColumn
	reads   []string
	splits  bool
}

// A column that comes out, and the input column that it copies; computed where there is none.
type outputColumn struct {
	field    *Field
	source   string
	computed bool
}

// Fields gives the columns that are there now.
func (s *Schema) Fields() []*Field {
	var fields []*Field
	for _, column := range s.columns {
		fields = append(fields, column.field)
	}
	return fields
}

func (s *Schema) index(name string) (int, error) {
	for i := range s.columns {
		if s.columns[i].field.Name == name {
			return i, nil
		}
	}
	return 0, Fail("no-such-column", "the stream has no column: "+name)
}

// Field gives a column that is there now; nil where there is none.
func (s *Schema) Field(name string) *Field {
	i, err := s.index(name)
	if err != nil {
		return nil
	}
	return s.columns[i].field
}

// Recompute says that the column's values will be computed from the column itself.
func (s *Schema) Recompute(name string) error {
	i, err := s.index(name)
	if err == nil {
		s.columns[i] = outputColumn{field: s.columns[i].field.with("rb.from", quoteAll([]string{name})), computed: true}
	}
	return err
}

// Rename gives a column another name.
func (s *Schema) Rename(name, to string) error {
	i, err := s.index(name)
	if err == nil {
		column := &s.columns[i]
		column.field = column.field.with("rb.from", quoteAll([]string{name}))
		if !column.computed {
			column.field = column.field.with("rb.relation", "copy")
		}
		column.field.Name = to
	}
	return err
}

// Remove leaves a column out.
func (s *Schema) Remove(name string) error {
	i, err := s.index(name)
	if err == nil {
		s.columns = append(s.columns[:i:i], s.columns[i+1:]...)
	}
	return err
}

// Add adds a column that is computed from these of the input.
func (s *Schema) Add(name string, t Type, from ...string) error {
	if s.Field(name) != nil {
		return Fail("column-exists", "the stream has already a column: "+name)
	}
	field := &Field{Name: name, Type: t, Nullable: true}
	s.columns = append(s.columns, outputColumn{field: field.with("rb.from", quoteAll(from)), computed: true})
	return nil
}

// Reads says that rows are dropped, split or routed by this input column.
func (s *Schema) Reads(name string) { s.reads = append(s.reads, name) }

// Splits says that a row may become several.
func (s *Schema) Splits() { s.splits = true }

// The answer to a schema, kept for the batches.
type output struct {
	input   []*Field
	columns []outputColumn
	splits  bool
	whole   []byte // the message of what is emitted where all rows are
	some    []byte // the same with _rb_row
}

// Copies stay at home, where the host has them, unless a row may stand twice.
func (o *output) isSent(column outputColumn) bool { return o.splits || column.computed }

var rowField = &Field{Name: "_rb_row", Type: Type{Kind: Int, A: 32}}

const (
	schemaMessage = 1
	batchMessage  = 3
	continuation  = 0xffffffff
)

var endMark = []byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}

func ask(transform Transform, ipc []byte) (*output, error) {
	input, metadata, _, err := readSchema(ipc)
	if err != nil {
		return nil, err
	}
	schema := &Schema{}
	for _, field := range input {
		if !field.IsOurs() {
			schema.columns = append(schema.columns, outputColumn{field: field, source: field.Name})
		}
	}
	if err := transform.Schema(schema); err != nil {
		return nil, err
	}
	if len(schema.reads) > 0 {
		metadata = append(metadata, Pair{"rb.reads", quoteAll(schema.reads)})
	}
	if schema.splits {
		metadata = append(metadata, Pair{"rb.splits", "true"})
	}
	fields := schema.Fields()
	emit(kindSchema, append(writeSchema(fields, metadata), endMark...), "")
	known := &output{input: input, columns: schema.columns, splits: schema.splits}
	var sent []*Field
	for _, column := range schema.columns {
		if known.isSent(column) {
			sent = append(sent, column.field)
		}
	}
	known.whole = writeSchema(sent, metadata)
	known.some = writeSchema(append(sent, rowField), metadata)
	return known, nil
}

func writeSchema(fields []*Field, metadata []Pair) []byte {
	const v5 = 4
	w := &flatWriter{bytes: make([]byte, 4)}
	top := w.table(0, 2, 1, 4)
	w.bytes[top[0]] = v5
	w.bytes[top[1]] = schemaMessage
	sizes := []int{2, 4, 4}
	if len(metadata) == 0 {
		sizes[2] = 0
	}
	places := w.table(top[2], sizes...)
	writeFields(w, places[1], fields)
	if len(metadata) > 0 {
		writeMetadata(w, places[2], metadata)
	}
	w.pad(8)
	framed := le.AppendUint32(nil, continuation)
	framed = le.AppendUint32(framed, uint32(len(w.bytes)))
	return append(framed, w.bytes...)
}

// The next message of the kind wanted: its flatbuffer, its header, its body's length, and what follows.
func nextMessage(ipc []byte, kind uint64) (*flat, uint64, uint64, []byte) {
	prefix := &flat{bytes: ipc}
	mark, length := prefix.load(0, 4), prefix.load(4, 4)
	if prefix.bad || mark != continuation || length > uint64(len(ipc)-8) {
		return &flat{bad: true}, 0, 0, nil
	}
	f := &flat{bytes: ipc[8 : 8+length]}
	message := f.load(0, 4)
	header, body := f.table(message, 2), f.number(message, 3, 8, 0)
	if f.number(message, 1, 1, 0) != kind || header == 0 {
		f.bad = true
	}
	return f, header, body, ipc[8+length:]
}

// A stream's schema, its metadata, and what follows.
func readSchema(ipc []byte) ([]*Field, []Pair, []byte, error) {
	f, header, body, rest := nextMessage(ipc, schemaMessage)
	if !f.bad {
		budget := maxFields
		fields, metadata := readFields(f, header, 1, 0, &budget), readMetadata(f, header, 2)
		littleEndian := f.number(header, 0, 2, 0) == 0
		if !f.bad && littleEndian && body == 0 {
			return fields, metadata, rest, nil
		}
	}
	return nil, nil, nil, Fail("undecodable-batch", "the batch cannot be read: its schema")
}
