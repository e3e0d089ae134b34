//===- Dequantize.cpp - Packed codes and scales to floats -----------------===//
//
// An element times its scale is an f32, but for what rounds to nothing, so that
// rounding it to the result type is the only rounding (contract 13, 20).
//
//===----------------------------------------------------------------------===//

#include "Dequantize.h"

#include "Convert.h"
#include "Decode.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::dequantize;

std::string Form::findProblem() const {
  int64_t rows = format.getBlockRows(), cols = format.getBlockCols();
  auto isPower = [](int64_t x) {
    return x > 0 && llvm::isPowerOf2_64(static_cast<uint64_t>(x));
  };
  if (!isPower(rows) || !isPower(cols) || cols < getPiece())
    return "blocks must have powers of two of rows and columns, and at least " +
           std::to_string(getPiece()) + " columns";
  if (getFloatFormat(format.getElement())->bits() > 8)
    return "codes must have at most 8 bits";
  if (format.getScale().isF32() && !result.isF32())
    return "products with an f32 scale must be f32";
  return "";
}

namespace {

/// The code of one thread.
class Dequantizer {
public:
  Dequantizer(Kernel &k, const Form &form)
      : k(k), form(form), element(*getFloatFormat(form.format.getElement())),
        scaleFormat(*getFloatFormat(form.format.getScale())),
        piece(form.getPiece()), block(form.format.getBlockCols()),
        bits(int64_t(getScaledFormat(form.format).packedBytes(8))),
        rows(k.integer(4)), cols(k.integer(5)), blocks(k.integer(6)) {}

  void run();

private:
  /// Where a piece is.
  struct Place {
    Int number;           ///< of all pieces (i64)
    Int item, row, first; ///< null where nobody asks
  };

  Place getPlace(Int number);
  SmallVector<Int> loadCodes(Int number);
  Value loadScale(const Place &place);
  SmallVector<Value> decode(ArrayRef<Int> words, Value scale);
  void store(const Place &place, ArrayRef<Value> values);
  void storeVector(ArrayRef<Value> values, Int start);

  Kernel &k;
  const Form &form;
  contract::FloatFormat element, scaleFormat;
  int64_t piece, block, bits;
  Int rows, cols, blocks;
};

} // namespace

Dequantizer::Place Dequantizer::getPlace(Int number) {
  if (form.isWhole && form.format.getBlockRows() == 1)
    return {number, Int(), Int(), Int()};
  Int inRow = (blocks * (block / piece)).zext(64);
  Int flatRow = number.udiv(inRow).zext(32);
  return {number, flatRow.udiv(rows), flatRow.urem(rows),
          number.urem(inRow).zext(32) * piece};
}

SmallVector<Int> Dequantizer::loadCodes(Int number) {
  int64_t bytes = piece * bits / 8;
  if (llvm::isPowerOf2_64(uint64_t(bytes)) && bytes > 4)
    return k.loadWords(k.parameter(0), number * (bytes / 4), int(bytes / 4));
  // Of 6-bit codes as many bytes at a time as they are aligned for.
  int64_t width = bytes & -bytes;
  Type type = k.builder().getIntegerType(unsigned(8 * width));
  SmallVector<Int> words((bytes + 3) / 4, k.i32(0));
  for (int64_t i = 0; i < bytes; i += width) {
    Int part(k.emitter(), k.load(k.parameter(0), type,
                                 number * (bytes / width) + i / width));
    words[i / 4] = words[i / 4] | (part.zext(32) << (8 * (i % 4)));
  }
  return words;
}

Value Dequantizer::loadScale(const Place &place) {
  Int number = place.number.udiv(block / piece);
  if (int64_t blockRows = form.format.getBlockRows(); blockRows > 1) {
    Int inItem = place.item * (rows + (blockRows - 1)).udiv(blockRows) +
                 place.row.udiv(blockRows);
    number =
        inItem.zext(64) * blocks.zext(64) + place.first.udiv(block).zext(64);
  }
  if (form.format.getScale().isF32())
    return k.load(k.parameter(1), k.f32Type(), number);
  Int code = k.loadByte(k.parameter(1), number);
  return scaleFormat.isE8M0 ? decodeE8M0(k, code, k.i32(0))
                            : decodeSmall(k, code, scaleFormat);
}

SmallVector<Value> Dequantizer::decode(ArrayRef<Int> words, Value scale) {
  SmallVector<Value> values;
  Value tensorScale;
  if (form.format.getHasTensorScale())
    tensorScale = k.load(k.parameter(7), k.f32Type(), k.i32(0));
  for (int64_t i = 0; i < piece; ++i) {
    Int code = pickCode(words, int(i), unsigned(bits));
    Value value = k.fmul(decodeSmall(k, code, element), scale);
    if (tensorScale)
      value = k.fmul(value, tensorScale);
    values.push_back(
        finishSum(k, value, /*alpha=*/1, form.result, /*mayBeNaN=*/true));
  }
  return values;
}

void Dequantizer::storeVector(ArrayRef<Value> values, Int start) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  auto type = VectorType::get({piece}, form.result);
  Value vector = LLVM::PoisonOp::create(b, loc, type);
  for (auto [i, value] : llvm::enumerate(values))
    vector = LLVM::InsertElementOp::create(b, loc, vector, value,
                                           k.i32(int64_t(i)).get());
  LLVM::StoreOp::create(b, loc, vector,
                        k.element(k.parameter(2), form.result, start),
                        /*alignment=*/16);
}

void Dequantizer::store(const Place &place, ArrayRef<Value> values) {
  if (form.isWhole)
    return storeVector(values, place.number * piece);
  Int start = (place.item * rows + place.row).zext(64) * cols.zext(64) +
              place.first.zext(64);
  if (form.isAligned)
    return k.when(place.first.slt(cols), [&] { storeVector(values, start); });
  for (int64_t i = 0; i < piece; ++i)
    k.when((place.first + i).slt(cols),
           [&] { k.store(values[i], k.parameter(2), start + i); });
}

/// All pieces are read before the first is written.
void Dequantizer::run() {
  Int count =
      (k.integer(3) * rows).zext(64) * blocks.zext(64) * (block / piece);
  Int first = k.block().zext(64) * (kThreads * kPieces) + k.thread().zext(64);
  k.when(first.ult(count), [&] {
    SmallVector<Place> places;
    SmallVector<SmallVector<Int>> codes;
    SmallVector<Value> scales;
    for (int i = 0; i < kPieces; ++i) {
      Int number = (first + int64_t(i) * kThreads);
      places.push_back(getPlace(i == 0 ? number : number.umin(count - 1)));
      codes.push_back(loadCodes(places.back().number));
      scales.push_back(loadScale(places.back()));
    }
    for (int i = 0; i < kPieces; ++i) // the last piece may come several times
      store(places[i], decode(codes[i], scales[i]));
  });
}

void dequantize::build(OpBuilder &b, gpu::GPUModuleOp module,
                       const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::I32,     Param::I32,     Param::I32,
                               Param::I32};
  if (form.format.getHasTensorScale())
    params.push_back(Param::Pointer);
  Kernel k(b, module, "dequantize", params, kThreads);
  Dequantizer(k, form).run();
  k.finish();
}
