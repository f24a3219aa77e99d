package rapidbyte

// Kind is Arrow's number of a type.
type Kind uint8

// The types. A, B and C of a Type are what stands behind them. Units: 0 s, 1 ms, 2 µs, 3 ns.
const (
	Int         Kind = 2 // bits, signed
	Float       Kind = 3 // 0 half, 1 single, 2 double
	Binary      Kind = 4
	Utf8        Kind = 5
	Bool        Kind = 6
	Decimal     Kind = 7  // precision, scale, bits
	Date        Kind = 8  // 0 days, 1 ms
	Time        Kind = 9  // unit, bits
	Timestamp   Kind = 10 // unit; zone
	Interval    Kind = 11 // 0 year-month, 1 day-time, 2 month-day-nano
	List        Kind = 12
	Struct      Kind = 13
	FixedBinary Kind = 15 // bytes
	FixedList   Kind = 16 // items
	Map         Kind = 17 // keys sorted
	Duration    Kind = 18 // unit
)

// Type is an Arrow type. An empty zone is none.
type Type struct {
	Kind    Kind
	A, B, C int32
	Zone    string
}

// The sizes of a type's slots, z for a text; and what they are if left out.
var layouts = map[Kind]struct {
	sizes     string
	otherwise [3]int32
}{
	Int: {sizes: "41"}, Float: {sizes: "2"}, Binary: {}, Utf8: {}, Bool: {},
	Decimal: {"444", [3]int32{0, 0, 128}}, Date: {"2", [3]int32{1}}, Time: {"24", [3]int32{1, 32}}, Timestamp: {sizes: "2z"},
	Interval: {sizes: "2"}, List: {}, Struct: {}, FixedBinary: {sizes: "4"}, FixedList: {sizes: "4"}, Map: {sizes: "1"},
	Duration: {"2", [3]int32{1}},
}

// Bits of a value; false where values have no width of their own.
func (t Type) bits() (int, bool) {
	switch t.Kind {
	case Int:
		return int(t.A), true
	case Float:
		return 16 << t.A, true
	case Bool:
		return 1, true
	case Decimal:
		return int(t.C), true
	case Date:
		if t.A == 0 {
			return 32, true
		}
		return 64, true
	case Time:
		return int(t.B), true
	case Timestamp, Duration:
		return 64, true
	case Interval:
		return 32 << t.A, true
	case FixedBinary:
		return int(t.A) * 8, true
	}
	return 0, false
}

func (t Type) isVarying() bool { return t.Kind == Utf8 || t.Kind == Binary }

func (t Type) isListed() bool { return t.Kind == List || t.Kind == Map || t.Kind == FixedList }

func (t Type) hasOffsets() bool { return t.isVarying() || t.Kind == List || t.Kind == Map }

// Whether values are whole numbers.
func (t Type) isWhole() bool {
	return t.Kind == Int || t.Kind == Date || t.Kind == Time || t.Kind == Timestamp || t.Kind == Duration
}

func readType(f *flat, kind Kind, table uint64) Type {
	layout, known := layouts[kind]
	if !known {
		f.bad = true
	}
	t := Type{Kind: kind}
	values := [3]*int32{&t.A, &t.B, &t.C}
	for i, size := range layout.sizes {
		if size == 'z' {
			t.Zone = f.text(table, i)
			continue
		}
		*values[i] = int32(f.number(table, i, uint64(size-'0'), uint64(uint32(layout.otherwise[i]))))
	}
	return t
}

func (t Type) write(w *flatWriter, from int) {
	layout := layouts[t.Kind].sizes
	sizes := make([]int, len(layout))
	for i, size := range layout {
		if size != 'z' {
			sizes[i] = int(size - '0')
		} else if t.Zone != "" {
			sizes[i] = 4
		}
	}
	places := w.table(from, sizes...)
	values := [3]int32{t.A, t.B, t.C}
	for i, size := range layout {
		if size != 'z' {
			w.set(places[i], sizes[i], uint64(uint32(values[i])))
		} else if t.Zone != "" {
			w.text(places[i], t.Zone)
		}
	}
}

// Pair is an entry of metadata.
type Pair struct{ Key, Value string }

// Field is a column's name and type.
type Field struct {
	Name     string
	Type     Type
	Nullable bool
	Children []*Field
	Metadata []Pair
}

const (
	maxWidth  = 1 << 16
	maxDepth  = 64
	maxFields = 20_000
)

// IsOurs says whether it is a column of Rapidbyte's own.
func (f *Field) IsOurs() bool { return len(f.Name) > 4 && f.Name[:4] == "_rb_" }

// Meta gives the value of a key of its metadata.
func (f *Field) Meta(key string) (string, bool) {
	for _, pair := range f.Metadata {
		if pair.Key == key {
			return pair.Value, true
		}
	}
	return "", false
}

// The same with another value under a key.
func (f *Field) with(key, value string) *Field {
	made := *f
	made.Metadata = nil
	for _, pair := range f.Metadata {
		if pair.Key != key {
			made.Metadata = append(made.Metadata, pair)
		}
	}
	made.Metadata = append(made.Metadata, Pair{key, value})
	return &made
}

func (f *Field) isSound() bool {
	one, t := len(f.Children) == 1, f.Type
	switch t.Kind {
	case Int:
		return t.A == 8 || t.A == 16 || t.A == 32 || t.A == 64
	case Float, Interval:
		return t.A >= 0 && t.A <= 2
	case Decimal:
		return t.C == 128 || t.C == 256
	case Time:
		return t.B == 32 || t.B == 64
	case FixedBinary:
		return t.A >= 0 && t.A <= maxWidth
	case FixedList:
		return one && t.A >= 0 && t.A <= maxWidth
	case List:
		return one
	case Map:
		return one && f.Children[0].Type.Kind == Struct && len(f.Children[0].Children) == 2
	}
	return true
}

func readFields(f *flat, table uint64, n, depth int, budget *int) []*Field {
	at, count := f.vector(table, n, 4)
	*budget -= count
	if depth > maxDepth || *budget < 0 {
		f.bad = true
	}
	var fields []*Field
	for i := 0; i < count && !f.bad; i++ {
		of := f.follow(at + 4*uint64(i))
		field := &Field{
			Name:     f.text(of, 0),
			Nullable: f.number(of, 1, 1, 0) != 0,
			Type:     readType(f, Kind(f.number(of, 2, 1, 0)), f.table(of, 3)),
		}
		if f.bad {
			return nil
		}
		field.Children = readFields(f, of, 5, depth+1, budget)
		field.Metadata = readMetadata(f, of, 6)
		const dictionary = 4
		if f.slot(of, dictionary) != 0 || !field.isSound() {
			f.bad = true
		}
		fields = append(fields, field)
	}
	return fields
}

func readMetadata(f *flat, table uint64, n int) []Pair {
	var pairs []Pair
	at, count := f.vector(table, n, 4)
	for i := 0; i < count && !f.bad; i++ {
		pair := f.follow(at + 4*uint64(i))
		pairs = append(pairs, Pair{f.text(pair, 0), f.text(pair, 1)})
	}
	return pairs
}

func writeMetadata(w *flatWriter, from int, pairs []Pair) {
	first := w.vector(from, len(pairs))
	for i, pair := range pairs {
		places := w.table(first+4*i, 4, 4)
		w.text(places[0], pair.Key)
		w.text(places[1], pair.Value)
	}
}

func writeFields(w *flatWriter, from int, fields []*Field) {
	first := w.vector(from, len(fields))
	for i, field := range fields {
		sizes := []int{4, 1, 1, 4, 0, 4, 4}
		if len(field.Metadata) == 0 {
			sizes[6] = 0
		}
		places := w.table(first+4*i, sizes...)
		if field.Nullable {
			w.bytes[places[1]] = 1
		}
		w.bytes[places[2]] = byte(field.Type.Kind)
		w.text(places[0], field.Name)
		field.Type.write(w, places[3])
		writeFields(w, places[5], field.Children)
		if len(field.Metadata) > 0 {
			writeMetadata(w, places[6], field.Metadata)
		}
	}
}

func sameFields(a, b []*Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Type != b[i].Type || !sameFields(a[i].Children, b[i].Children) {
			return false
		}
	}
	return true
}
