// Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
// config: reject, a row; route, to where the even rows go as well, and then the others go out backwards;
// reshape, to rename, remove and add columns instead, and to use state, log and metrics.
package main

import rb "rapidbyte/sdk"

type echo struct {
	reject  int64
	route   string
	reshape bool
}

func init() {
	rb.Open = func(config rb.JSON) (rb.Transform, error) {
		reject, given := config.Get("reject").Int()
		if !given {
			reject = -1
		}
		route, _ := config.Get("route").Text()
		return &echo{reject, route, config.Get("reshape") != ""}, nil
	}
}

func main() {}

func (e *echo) Schema(schema *rb.Schema) error {
	if e.reshape {
		schema.Splits()
		if err := schema.Rename("id", "number"); err != nil {
			return err
		}
		if err := schema.Remove("amount"); err != nil {
			return err
		}
		return schema.Add("email changed", rb.Type{Kind: rb.Bool}, "email")
	}
	for _, field := range schema.Fields() {
		if err := schema.Recompute(field.Name); err != nil {
			return err
		}
	}
	return nil
}

func (e *echo) Batch(batch *rb.Batch) error {
	if e.reshape {
		changed := batch.Output("email changed")
		for row := 0; row < batch.Rows; row++ {
			changed.PutBool(!batch.IsUnchanged(row, "email"))
		}
		remember(batch)
		return nil
	}
	for _, from := range batch.Inputs() {
		to := batch.Output(from.Field.Name)
		for row := 0; row < batch.Rows; row++ {
			again(from, row, to)
		}
	}
	if e.reject >= 0 && e.reject < int64(batch.Rows) {
		batch.Reject(int(e.reject), rb.Fail("unwanted", "the configuration says so"))
	}
	if e.route == "" {
		return nil
	}
	var backwards, even []uint32
	for row := batch.Rows - 1; row >= 0; row-- {
		backwards = append(backwards, uint32(row))
	}
	for row := 0; row < batch.Rows; row += 2 {
		even = append(even, uint32(row))
	}
	if err := batch.Take(backwards).Emit(""); err != nil {
		return err
	}
	return batch.Take(even).Emit(e.route)
}

// Keeps 300 bytes more for each batch, three times.
func remember(batch *rb.Batch) {
	seen, _ := rb.StateGet([]byte("seen"))
	rb.Count("bytes", float64(len(seen)))
	rb.Count("seconds", float64(batch.TimeUs/1_000_000))
	rb.Log(rb.Info, "reshaped")
	if len(seen) >= 600 {
		rb.StateDelete([]byte("seen"))
		return
	}
	for i := 0; i < 300; i++ {
		seen = append(seen, 's')
	}
	rb.StatePut([]byte("seen"), seen, 0)
}

func again(from *rb.Column, row int, to *rb.Builder) {
	if from.IsNull(row) {
		to.PutNull()
		return
	}
	switch from.Field.Type.Kind {
	case rb.Bool:
		to.PutBool(from.Bool(row))
	case rb.Int, rb.Date, rb.Time, rb.Timestamp, rb.Duration:
		to.PutInt(from.Int(row))
	case rb.Float:
		to.PutFloat(from.Float(row))
	case rb.List, rb.Map, rb.FixedList:
		for start, end := from.Items(row); start < end; start++ {
			again(from.Child(0), start, to.Child(0))
		}
		to.PutItems()
	case rb.Struct:
		for i := range from.Field.Children {
			again(from.Child(i), row, to.Child(i))
		}
		to.PutItems()
	default:
		to.PutBytes(from.Bytes(row))
	}
}
