// Package rapidbyte is the Go SDK of Rapidbyte's guest modules. A module's package main sets Open in its init function, has an empty
// main, and is built with GOOS=wasip1 GOARCH=wasm -buildmode=c-shared. A panic ends the call, and its message reaches the log.
package rapidbyte

import "unsafe"

// Open makes the transform from the pipeline's `config` for this module.
var Open func(config JSON) (Transform, error)

// Transform is what a module does. One lives as long as the instance.
type Transform interface {
	// Schema says what comes out. It begins as all columns that come in, each a copy of itself.
	Schema(schema *Schema) error
	// Batch works on a batch. It goes out when this returns, unless this has emitted something itself.
	Batch(batch *Batch) error
}

// Error says why a module cannot go on, or a row cannot be worked on. A code is of lower-case words, such as bad-address.
type Error struct{ Code, Message string }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Fail makes an error.
func Fail(code, message string) error { return &Error{code, message} }

func errorJSON(err error) []byte {
	known, ok := err.(*Error)
	if !ok {
		known = &Error{"failed", err.Error()}
	}
	json := append([]byte(`{"category":"data","code":`), quote(known.Code)...)
	json = append(append(json, `,"message":`...), quote(known.Message)...)
	return append(json, '}')
}

//go:wasmimport rapidbyte_v1 emit
func hostEmit(kind int32, at unsafe.Pointer, length int32, route unsafe.Pointer, routeLength int32)

//go:wasmimport rapidbyte_v1 reject
func hostReject(row int32, err unsafe.Pointer, length int32)

//go:wasmimport rapidbyte_v1 error
func hostError(err unsafe.Pointer, length int32)

//go:wasmimport rapidbyte_v1 log
func hostLog(level int32, text unsafe.Pointer, length int32)

//go:wasmimport rapidbyte_v1 metric
func hostMetric(kind int32, name unsafe.Pointer, length int32, value float64)

//go:wasmimport rapidbyte_v1 state_get
func hostStateGet(key unsafe.Pointer, keyLength int32, to unsafe.Pointer, room int32) int32

//go:wasmimport rapidbyte_v1 state_put
func hostStatePut(key unsafe.Pointer, keyLength int32, value unsafe.Pointer, length int32, ttlMs int64)

//go:wasmimport rapidbyte_v1 state_delete
func hostStateDelete(key unsafe.Pointer, keyLength int32)

func at(bytes []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(bytes)) }

const kindSchema, kindBatch = 1, 2

func emit(kind int32, bytes []byte, route string) {
	to := []byte(route)
	hostEmit(kind, at(bytes), int32(len(bytes)), at(to), int32(len(to)))
}

func reject(row uint32, err error) {
	json := errorJSON(err)
	hostReject(int32(row), at(json), int32(len(json)))
}

// Level of a line of the log.
type Level int32

// The levels of a log.
const (
	Debug Level = iota
	Info
	Warn
	Severe
)

// Log writes a line into the pipeline's log.
func Log(level Level, text string) {
	bytes := []byte(text)
	hostLog(int32(level), at(bytes), int32(len(bytes)))
}

func metric(kind int32, name string, value float64) {
	bytes := []byte(name)
	hostMetric(kind, at(bytes), int32(len(bytes)), value)
}

// Count counts something for the pipeline's metrics. A name has letters, digits and underscores.
func Count(name string, by float64) { metric(0, name, by) }

// Gauge sets a number of the pipeline's metrics.
func Gauge(name string, value float64) { metric(1, name, value) }

// Histogram adds a value to one of the pipeline's metrics.
func Histogram(name string, value float64) { metric(2, name, value) }

// What a module finds again in the next batch. Changes count if the call ends well, together with what it emits.

// StateHas says whether a key is there.
func StateHas(key []byte) bool { return hostStateGet(at(key), int32(len(key)), nil, 0) >= 0 }

// StateGet gives a key's value; false where there is none.
func StateGet(key []byte) ([]byte, bool) {
	value := make([]byte, 256)
	for {
		length := int(hostStateGet(at(key), int32(len(key)), at(value), int32(len(value))))
		if length < 0 {
			return nil, false
		}
		if length <= len(value) {
			return value[:length], true
		}
		value = make([]byte, length)
	}
}

// StatePut keeps a value; for ever where ttlMs is 0 or less.
func StatePut(key, value []byte, ttlMs int64) {
	hostStatePut(at(key), int32(len(key)), at(value), int32(len(value)), ttlMs)
}

// StateDelete forgets a key.
func StateDelete(key []byte) { hostStateDelete(at(key), int32(len(key))) }
