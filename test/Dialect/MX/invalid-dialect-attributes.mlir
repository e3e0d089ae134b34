// RUN: mx-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{expected mx.role to be "forward", "dgrad" or "wgrad", but found "backward"}}
func.func private @f() attributes {mx.role = "backward"}

// -----

// expected-error @below {{expected mx.name to be a string, but found 3 : i64}}
func.func private @f() attributes {mx.name = 3}

// -----

// expected-error @below {{expected mx.axes to be an array of identifiers, but found ["m", "2k"]}}
func.func private @f() attributes {mx.axes = ["m", "2k"]}

// -----

// expected-error @below {{expected mx.recipe to be #mx.recipe<…>, but found "mxfp8"}}
module attributes {mx.recipe = "mxfp8"} {}

// -----

// expected-error @below {{expected attribute mx.recipe, mx.role, mx.name, mx.axes, mx.product, mx.statistics or mx.schedule of dialect 'mx', but found mx.rolle}}
func.func private @f() attributes {mx.rolle = "forward"}

// -----

// expected-error @below {{expected mx.seed alone on an argument of type i64, but found it on argument 0}}
func.func @f(%x: f32 {mx.seed}) { return }

// -----

// expected-error @below {{expected argument attribute mx.seed, mx.name, mx.axes, mx.constant or mx.ema_of of dialect 'mx', but found "mx.sead"}}
func.func @f(%x: i64 {mx.sead}) { return }

// -----

// expected-error @below {{expected mx.schedule to be #mx.schedule<…> on mx.packed.matmul, mx.packed.quantize, mx.packed.dequantize, mx.packed.relayout, mx.hadamard or a linalg op, but found "fast" on func.func}}
func.func private @schedule() attributes {mx.schedule = "fast"}

// -----

// expected-error @below {{expected mx.ema_of on argument 1 to be the number of another argument of the same type, but found 0 : i64}}
func.func @average(%w: tensor<4x8xf32>, %e: tensor<8x4xf32> {mx.ema_of = 0 : i64}) {
  return
}

// -----

// expected-error @below {{expected mx.statistics to be a list of labels on a function, but found unit on builtin.module}}
module attributes {mx.statistics} {}

// -----

// expected-error @below {{expected mx.constant without a value, but found true}}
func.func private @constant(%w: tensor<4x8xf32> {mx.constant = true})
