package rapidbyte

import "unsafe"

// What the host calls.

var (
	lent      = map[uint32][]byte{} // so that the collector lets the host's arguments be
	transform Transform
	known     *output
)

//go:wasmexport rb_abi
func rbAbi() int32 { return 1 }

//go:wasmexport rb_alloc
func rbAlloc(length uint32) uint32 {
	words := make([]uint64, length/8+1) // aligned to 8
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*8)[:length]
	address := uint32(uintptr(unsafe.Pointer(&words[0])))
	lent[address] = bytes
	return address
}

//go:wasmexport rb_free
func rbFree(address, length uint32) { delete(lent, address) }

func argument(address, length uint32) []byte {
	bytes := lent[address]
	if uint32(len(bytes)) < length {
		panic("an argument that was not asked for")
	}
	return bytes[:length:length]
}

func answer(err error) int32 {
	if err == nil {
		return 0
	}
	json := errorJSON(err)
	hostError(at(json), int32(len(json)))
	return -1
}

//go:wasmexport rb_open
func rbOpen(address, length uint32) int32 {
	if Open == nil {
		return answer(Fail("no-module", "the module has not set rapidbyte.Open in an init function"))
	}
	opened, err := Open(JSON(argument(address, length)).Get("config"))
	transform = opened
	return answer(err)
}

//go:wasmexport rb_close
func rbClose() int32 {
	transform = nil
	return 0
}

//go:wasmexport rb_schema
func rbSchema(address, length uint32) int32 {
	if transform == nil {
		return answer(Fail("not-open", "the module is not open"))
	}
	asked, err := ask(transform, argument(address, length))
	known = asked
	return answer(err)
}

//go:wasmexport rb_transform
func rbTransform(metaAddress, metaLength, address, length uint32) int32 {
	if transform == nil || known == nil {
		return answer(Fail("no-schema", "rb_transform before rb_schema"))
	}
	timeUs, _ := JSON(argument(metaAddress, metaLength)).Get("time_us").Int()
	batch, err := readBatch(argument(address, length), known, timeUs)
	if err == nil {
		err = transform.Batch(batch)
	}
	if err == nil && !*batch.emitted {
		err = batch.Emit("")
	}
	return answer(err)
}
