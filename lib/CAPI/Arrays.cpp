//===- Arrays.cpp - Arrays of a call, checked -----------------------------===//

#include "Arrays.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mx/Pipelines/CallerMemory.h"
#include "mx/Target/Invoke.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace llvm;
using namespace mx::capi;
using mlir::ShapedType;

SmallVector<Slot> mx::capi::getSlots(ArrayRef<ValueSignature> values,
                                     StringRef what) {
  SmallVector<Slot> slots;
  for (auto [i, value] : enumerate(values)) {
    std::string name = (what + " " + Twine(i)).str();
    if (value.parts.empty())
      slots.push_back({&value, &value, name});
    for (const ValueSignature &part : value.parts)
      slots.push_back({&value, &part, name + " (" + part.type + ")"});
  }
  return slots;
}

ArrayRef<int64_t> mx::capi::getSizes(const mx_array &array) {
  return ArrayRef(array.sizes, array.rank);
}

SmallVector<int64_t> mx::capi::getStrides(const mx_array &array) {
  if (!array.strides)
    return getRowMajorStrides(getSizes(array));
  return SmallVector<int64_t>(ArrayRef(array.strides, array.rank));
}

static std::string formatShape(ArrayRef<int64_t> shape) {
  auto spell = [](int64_t extent) {
    return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent);
  };
  return "[" + join(map_range(shape, spell), ", ") + "]";
}

static Error fail(const Slot &slot, const Twine &expected, const Twine &found) {
  return argumentError("expected " + slot.name + " " + expected + " for " +
                       slot.value->type + "; found " + found);
}

//===----------------------------------------------------------------------===//
// One array
//===----------------------------------------------------------------------===//

static Error checkType(const mx_array &array, const Slot &slot) {
  if (!slot.part->itemSize)
    return argumentError(slot.name + " has type " + slot.value->type +
                         ", which no array can carry; use "
                         "mx_executable_lookup");
  if (!array.element)
    return fail(slot, "of element " + slot.part->element, "null");
  if (slot.part->element != array.element)
    return fail(slot, "of element " + slot.part->element,
                "'" + Twine(array.element) + "'");
  if (array.rank < 0 || static_cast<size_t>(array.rank) != slot.getRank())
    return fail(slot, "of rank " + Twine(slot.getRank()),
                "rank " + Twine(array.rank));
  if (array.rank && !array.sizes)
    return fail(slot, "with sizes", "null");
  return Error::success();
}

static Error checkShape(ArrayRef<int64_t> sizes, const Slot &slot) {
  if (!slot.part->shape)
    return Error::success();
  for (auto [wanted, found] : zip(*slot.part->shape, sizes))
    if (found < 0 || (found != wanted && !ShapedType::isDynamic(wanted)))
      return fail(slot, "of shape " + formatShape(*slot.part->shape),
                  formatShape(sizes));
  return Error::success();
}

/// Whether each element, and the number of bytes, has an address.
static bool isAddressable(const mx_array &array, unsigned itemSize) {
  int64_t bytes = itemSize, low = 0, high = itemSize;
  for (auto [size, stride] : zip(getSizes(array), getStrides(array))) {
    int64_t reach;
    if (MulOverflow(bytes, size, bytes) ||
        MulOverflow(stride, size - 1, reach) ||
        MulOverflow<int64_t>(reach, itemSize, reach) ||
        AddOverflow(reach < 0 ? low : high, reach, reach < 0 ? low : high))
      return false;
  }
  return true;
}

Error mx::capi::checkArray(const mx_array &array, const Slot &slot) {
  if (Error error = checkType(array, slot))
    return error;
  ArrayRef<int64_t> sizes = getSizes(array);
  if (Error error = checkShape(sizes, slot))
    return error;
  if (is_contained(sizes, 0))
    return Error::success();
  if (!array.data)
    return fail(slot, "with data", "null");
  if (!isAddressable(array, slot.part->itemSize))
    return fail(slot, "with elements in memory",
                "shape " + formatShape(sizes) + " and strides " +
                    formatShape(getStrides(array)) +
                    ", beyond what a pointer can reach");
  return Error::success();
}

/// Sorted by stride, each axis must step over all that the ones before it
/// reach.
static bool mayOverlap(const mx_array &array) {
  SmallVector<std::pair<uint64_t, int64_t>> axes;
  for (auto [size, stride] : zip(getSizes(array), getStrides(array)))
    if (size > 1)
      axes.push_back({AbsoluteValue(stride), size});
  llvm::sort(axes);
  uint64_t reach = 0;
  for (auto [stride, size] : axes) {
    if (stride <= reach)
      return true;
    reach += stride * static_cast<uint64_t>(size - 1);
  }
  return false;
}

Error mx::capi::checkResult(const mx_array &array, const Slot &slot) {
  if (Error error = checkArray(array, slot))
    return error;
  if (!is_contained(getSizes(array), 0) && mayOverlap(array))
    return fail(slot, "without overlapping elements",
                "strides " + formatShape(getStrides(array)));
  return Error::success();
}

Error mx::capi::checkDeviceArray(const mx_array &array, const Slot &slot) {
  if (!slot.part->shape || is_contained(getSizes(array), 0))
    return Error::success();
  SmallVector<int64_t> strides = getStrides(array);
  for (auto [size, stride, dense] :
       zip(getSizes(array), strides, getRowMajorStrides(getSizes(array))))
    if (size > 1 && stride != dense)
      return fail(slot, "row-major without gaps in GPU memory",
                  "strides " + formatShape(strides));
  auto address = reinterpret_cast<uintptr_t>(array.data);
  if (address % mx::kDeviceAlignment)
    return fail(slot,
                "aligned to " + Twine(mx::kDeviceAlignment) +
                    " bytes in GPU memory",
                "address 0x" + utohexstr(address));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Several arrays
//===----------------------------------------------------------------------===//

/// The extent along the blocked axis, which is a part where it is dynamic.
static Expected<int64_t> getBlockedExtent(ArrayRef<Slot> parts,
                                          const mx_array *arrays) {
  const mx::ValueSignature &value = *parts[0].value;
  size_t rank = value.shape->size();
  int64_t extent = (*value.shape)[rank - (value.isColumnWise ? 2 : 1)];
  if (!ShapedType::isDynamic(extent))
    return extent;
  std::memcpy(&extent, arrays[parts.size() - 1].data, sizeof extent);
  if (extent < 0 || extent > (int64_t{1} << 56))
    return fail(parts.back(), "from 0 to 2^56", Twine(extent));
  return extent;
}

/// The parts of one block-scaled argument; its logical shape.
static Expected<SmallVector<int64_t>> checkParts(ArrayRef<Slot> parts,
                                                 const mx_array *arrays) {
  const mx::ValueSignature &value = *parts[0].value;
  const mx::contract::ScaledFormat &format = *value.format;
  Expected<int64_t> extent = getBlockedExtent(parts, arrays);
  if (!extent)
    return extent.takeError();
  bool isFull = format.blockCols == mx::contract::kFull;
  int64_t blocks = isFull ? 1 : format.numBlocks(*extent);
  SmallVector<int64_t> stored(getSizes(arrays[0]).drop_back(2)), codes, scale;
  scale = codes = stored;
  codes.append({blocks, format.bytesPerBlock(*extent)});
  if (!scale.empty())
    scale.back() = format.blockRows == mx::contract::kFull
                       ? 1
                       : format.numBlockRows(scale.back());
  scale.push_back(blocks);
  if (getSizes(arrays[0]) != ArrayRef(codes))
    return fail(parts[0], "of shape " + formatShape(codes),
                formatShape(getSizes(arrays[0])));
  if (getSizes(arrays[1]) != ArrayRef(scale))
    return fail(parts[1], "of shape " + formatShape(scale),
                formatShape(getSizes(arrays[1])));
  stored.push_back(*extent);
  if (value.isColumnWise)
    std::swap(stored.back(), stored[stored.size() - 2]);
  return stored;
}

Error mx::capi::checkArguments(const FunctionSignature &function,
                               ArrayRef<Slot> slots,
                               const mx_array *arguments) {
  std::vector<std::string> names;
  SmallVector<SmallVector<int64_t>> shapes;
  for (const ValueSignature &value : function.arguments) {
    names.push_back("argument " + std::to_string(names.size()));
    size_t count = std::max<size_t>(1, value.parts.size());
    if (value.parts.empty()) {
      shapes.emplace_back(getSizes(*arguments));
    } else {
      auto shape = checkParts(slots.take_front(count), arguments);
      if (!shape)
        return shape.takeError();
      shapes.push_back(std::move(*shape));
    }
    slots = slots.drop_front(count);
    arguments += count;
  }
  return checkEqualExtents(function, shapes, names);
}
