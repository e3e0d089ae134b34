#include "mx/Dialect/MX/Transforms/Passes.h"
