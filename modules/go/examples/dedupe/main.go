// Lets a change pass unless one with the same values in the named columns has passed within the window.
// config: columns, required; window_s, default 600. The manifest asks for state; a duplicate drops the change alone.
package main

import rb "rapidbyte/sdk"

type dedupe struct {
	columns  []string
	windowMs int64
}

func init() {
	rb.Open = func(config rb.JSON) (rb.Transform, error) {
		columns, _ := config.Get("columns").Texts()
		window, given := config.Get("window_s").Int()
		if !given {
			window = 600
		}
		if len(columns) == 0 {
			return nil, rb.Fail("no-columns", "config.columns is empty: name those by which duplicates are known")
		}
		if window <= 0 {
			return nil, rb.Fail("bad-window", "config.window_s is not above 0")
		}
		return &dedupe{columns, window * 1000}, nil
	}
}

func main() {}

func (d *dedupe) Schema(schema *rb.Schema) error {
	for _, name := range d.columns {
		if field := schema.Field(name); field == nil || len(field.Children) > 0 {
			return rb.Fail("no-such-column", "the stream has no simple column: "+name)
		}
		schema.Reads(name)
	}
	return nil
}

func (d *dedupe) Batch(batch *rb.Batch) error {
	columns := make([]*rb.Column, len(d.columns))
	for i, name := range d.columns {
		columns[i] = batch.Input(name)
	}
	dropped := 0
	for row := 0; row < batch.Rows; row++ {
		if batch.Op(row) == 'd' {
			continue
		}
		key := key(columns, row)
		if rb.StateHas(key) {
			batch.Drop(row)
			dropped++
		} else {
			rb.StatePut(key, []byte("1"), d.windowMs)
		}
	}
	if dropped > 0 {
		rb.Count("duplicates", float64(dropped))
	}
	return nil
}

// Of each column 0 where it is NULL, else 1, the length in four bytes, the value: no two rows look alike that are not.
func key(columns []*rb.Column, row int) []byte {
	var key []byte
	for _, column := range columns {
		if column.IsNull(row) {
			key = append(key, 0)
			continue
		}
		value := column.Bytes(row)
		n := len(value)
		key = append(key, 1, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		key = append(key, value...)
	}
	return key
}
