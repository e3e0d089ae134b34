//===- ProductOpInterface.cpp - Products of other dialects ----------------===//

#include "mx/Interfaces/ProductOpInterface.h"

#include "mx/Interfaces/ProductOpInterface.cpp.inc"
