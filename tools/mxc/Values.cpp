//===- Values.cpp - Arrays as arguments and results of functions ----------===//

#include "Values.h"

#include "Elements.h"
#include "ScaledValues.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mxc;

Type mxc::getElementTypeOf(Type type) { return getElementTypeOrSelf(type); }

static bool matchesShape(ArrayRef<int64_t> actual, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  ArrayRef<int64_t> expected = tensor ? tensor.getShape() : ArrayRef<int64_t>();
  return actual.size() == expected.size() &&
         llvm::all_of(llvm::zip(actual, expected), [](auto pair) {
           auto [found, wanted] = pair;
           return ShapedType::isDynamic(wanted) || found == wanted;
         });
}

llvm::Error mxc::readArray(StringRef name, Type type, const Arrays &arrays,
                           Array &result) {
  auto it = arrays.find(name.str());
  if (it == arrays.end())
    return llvm::createStringError("the inputs lack array '" + name + "' (" +
                                   formatType(type) + ")");
  const Array &array = it->second;
  auto fail = [&](const Twine &why) {
    return llvm::createStringError("array '" + name + "': " + why);
  };
  if (!matchesShape(array.shape, type))
    return fail("expected the shape of " + formatType(type) + ", found " +
                formatShape(array.shape));
  if (llvm::Error error = checkElements(array, getElementTypeOf(type)))
    return fail(llvm::toString(std::move(error)));
  result = array;
  return llvm::Error::success();
}

static Array makeSeed(Type type, uint64_t seed) {
  Array array = makeArray(type, {});
  std::copy_n(reinterpret_cast<const uint8_t *>(&seed), sizeof(seed),
              array.data.begin());
  return array;
}

llvm::Error mxc::readPort(const Port &port, const Arrays &arrays, uint64_t seed,
                          std::vector<Buffer> &buffers) {
  if (port.isSeed) {
    buffers.push_back({port.type, makeSeed(port.type, seed)});
    return llvm::Error::success();
  }
  if (isScaled(port.type))
    return readScaledPort(port, arrays, buffers);
  Buffer buffer{port.parts.front(), {}};
  if (llvm::Error error = readArray(port.name, port.type, arrays, buffer.array))
    return error;
  buffers.push_back(std::move(buffer));
  return llvm::Error::success();
}

void mxc::writePort(const Port &port, ArrayRef<Buffer> parts,
                    std::vector<std::pair<std::string, Array>> &arrays) {
  if (isScaled(port.type))
    return writeScaledPort(port, parts, arrays);
  arrays.emplace_back(port.name, parts.front().array);
}
