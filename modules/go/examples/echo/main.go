// Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
// config: reject, a row; route, to where the even rows go as well, and then the others go out backwards.
package main

import rb "rapidbyte/sdk"

type echo struct {
	reject int64
	route  string
}

func init() {
	rb.Open = func(config rb.JSON) (rb.Transform, error) {
		reject, given := config.Get("reject").Int()
		if !given {
			reject = -1
		}
		route, _ := config.Get("route").Text()
		return &echo{reject, route}, nil
	}
}

func main() {}

func (e *echo) Schema(schema *rb.Schema) error {
	for _, field := range schema.Fields() {
		if err := schema.Recompute(field.Name); err != nil {
			return err
		}
	}
	return nil
}

func (e *echo) Batch(batch *rb.Batch) error {
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
