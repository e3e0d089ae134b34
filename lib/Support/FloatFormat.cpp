#include "mx/Support/FloatFormat.h"
