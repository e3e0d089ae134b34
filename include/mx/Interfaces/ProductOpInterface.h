//===- ProductOpInterface.h - Products of other dialects --------*- C++ -*-===//

#ifndef MX_INTERFACES_PRODUCTOPINTERFACE_H
#define MX_INTERFACES_PRODUCTOPINTERFACE_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"

#include "mx/Interfaces/ProductOpInterface.h.inc"

#endif // MX_INTERFACES_PRODUCTOPINTERFACE_H
