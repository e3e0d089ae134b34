//===- RuntimeRecords.cpp - Attributes as records of the C ABI ------------===//
//
// Fills the structs of mx_abi.h, so that the compiler and the runtime agree on
// their layout by construction.
//
//===----------------------------------------------------------------------===//

#include "RuntimeRecords.h"

#include "mx-runtime/mx_abi.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include <cstring>

using namespace mlir;

namespace mx {

template <typename Record>
static SmallVector<int64_t> getWords(const Record &record) {
  SmallVector<int64_t> words(sizeof(Record) / sizeof(int64_t));
  std::memcpy(words.data(), &record, sizeof(Record));
  return words;
}

static int64_t encodeFormat(Type type) {
  contract::FloatFormat format = *getFloatFormat(type);
  return MX_FORMAT(format.exponentBits, format.mantissaBits,
                   static_cast<int>(format.kind), format.isSigned,
                   format.isInteger, format.isE8M0);
}

static int64_t encodeFloat(APFloat value) {
  return static_cast<int64_t>(value.bitcastToAPInt().getZExtValue());
}

static void setFormat(mx_quantize_spec &record, ScaledType format) {
  record.version = MX_ABI_VERSION;
  record.element = encodeFormat(format.getElement());
  record.scale = encodeFormat(format.getScale());
  record.block_rows = format.getBlockRows();
  record.block_cols = format.getBlockCols();
  record.has_tensor_scale = format.getHasTensorScale();
}

static void setHadamard(mx_quantize_spec &record, HadamardAttr hadamard,
                        int64_t signStream) {
  record.hadamard_size = hadamard.getSize();
  record.signs = static_cast<int64_t>(hadamard.getSigns());
  record.sign_stream = signStream;
  for (auto [index, sign] : llvm::enumerate(hadamard.getFixedSigns()))
    if (sign < 0)
      record.sign_words[index / 64] |= int64_t(uint64_t(1) << index % 64);
}

SmallVector<int64_t> getQuantizeRecord(QuantizerAttr quantizer) {
  mx_quantize_spec record = {};
  setFormat(record, quantizer.getFormat());
  record.scale_rule = static_cast<int64_t>(quantizer.getScaleRule());
  record.rounding = static_cast<int64_t>(quantizer.getRounding());
  record.random_bits = quantizer.getRandomBits();
  record.prescale = encodeFloat(quantizer.getPrescale().getValue());
  record.stream = quantizer.getStream();
  record.scale_min_normal = quantizer.getScaleMinNormal();
  record.transpose = quantizer.getTranspose();
  if (HadamardAttr hadamard = quantizer.getHadamard()) {
    setHadamard(record, hadamard, quantizer.getSignStream());
    if (quantizer.getPadToGroup())
      record.pad_multiple = hadamard.getSize();
  }
  return getWords(record);
}

SmallVector<int64_t> getDequantizeRecord(PackedDequantizeOp op) {
  mx_quantize_spec record = {};
  setFormat(record, op.getScaledFormat());
  record.transpose = op.getTranspose();
  return getWords(record);
}

SmallVector<int64_t> getHadamardRecord(HadamardOp op) {
  mx_quantize_spec record = {};
  record.version = MX_ABI_VERSION;
  setHadamard(record, op.getTransform(), op.getSignStream());
  return getWords(record);
}

SmallVector<int64_t> getCastRecord(CastOp op) {
  mx_quantize_spec record = {};
  record.version = MX_ABI_VERSION;
  record.element = encodeFormat(op.getTargetFormat());
  record.rounding = static_cast<int64_t>(op.getRounding());
  record.random_bits = op.getRandomBits();
  record.stream = op.getStream();
  return getWords(record);
}

SmallVector<int64_t> getMatmulRecord(PackedMatmulOp op) {
  mx_matmul_spec record = {};
  record.version = MX_ABI_VERSION;
  if (ScaledType a = op.getAScaledFormat()) {
    record.a_element = encodeFormat(a.getElement());
    record.a_scale = encodeFormat(a.getScale());
    record.a_block_rows = a.getBlockRows();
    record.a_block_cols = a.getBlockCols();
    record.a_has_tensor_scale = a.getHasTensorScale();
  }
  if (ScaledType b = op.getBScaledFormat()) {
    record.b_element = encodeFormat(b.getElement());
    record.b_scale = encodeFormat(b.getScale());
    record.b_block_rows = b.getBlockRows();
    record.b_block_cols = b.getBlockCols();
    record.b_has_tensor_scale = b.getHasTensorScale();
  }
  if (std::optional<int64_t> k = getConstantIntValue(op.getK()))
    record.k = *k;
  record.alpha = encodeFloat(op.getAlpha());
  record.accumulate = static_cast<int64_t>(op.getAccumulate());
  record.a_layout = static_cast<int64_t>(op.getALayout());
  record.b_layout = static_cast<int64_t>(op.getBLayout());
  return getWords(record);
}

SmallVector<int64_t> getFloatMatmulRecord() {
  mx_matmul_spec record = {};
  record.version = MX_ABI_VERSION;
  record.alpha = encodeFloat(APFloat(1.0f));
  record.accumulate = MX_ACCUMULATE_DEFAULT;
  return getWords(record);
}

SmallVector<int64_t> getRelayoutRecord(PackedRelayoutOp op) {
  mx_relayout_spec record = {};
  record.version = MX_ABI_VERSION;
  record.from = static_cast<int64_t>(op.getFrom());
  record.to = static_cast<int64_t>(op.getTo());
  return getWords(record);
}

} // namespace mx
