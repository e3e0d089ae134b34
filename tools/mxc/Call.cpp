//===- Call.cpp - Arrays as arguments and results of calls ----------------===//

#include "Call.h"

#include "Elements.h"
#include "mx/Target/Invoke.h"
#include "llvm/ADT/DenseSet.h"
#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace mxc;

static Array takeResult(Type type, const mx::CallResult &result) {
  Array array = makeArray(getElementTypeOf(type), result.sizes);
  if (result.rank)
    mx::copyElements(array.data.data(), mx::getRowMajorStrides(result.sizes),
                     result.data, result.strides, result.sizes, array.itemSize);
  else
    std::memcpy(array.data.data(), &result.scalar, array.itemSize);
  return array;
}

llvm::Error mxc::call(mx::JIT &jit, StringRef name,
                      MutableArrayRef<Buffer> inputs,
                      MutableArrayRef<Buffer> outputs) {
  llvm::Expected<mx::JIT::Function> function = jit.lookup(name);
  if (!function)
    return function.takeError();
  SmallVector<mx::CallArgument> arguments;
  for (Buffer &input : inputs) {
    arguments.push_back({input.array.data.data(), std::nullopt});
    if (isa<RankedTensorType>(input.type))
      arguments.back().sizes = input.array.shape;
  }
  SmallVector<mx::CallResult> results;
  for (const Buffer &output : outputs) {
    results.emplace_back().itemSize =
        getElementSize(getElementTypeOf(output.type));
    if (auto tensor = dyn_cast<RankedTensorType>(output.type))
      results.back().rank = tensor.getRank();
  }
  mx::invoke(*function, arguments, results);
  llvm::DenseSet<void *> allocations;
  for (auto [output, result] : llvm::zip(outputs, results)) {
    output.array = takeResult(output.type, result);
    allocations.insert(result.allocated);
  }
  for (void *allocation : allocations)
    std::free(allocation);
  return llvm::Error::success();
}
