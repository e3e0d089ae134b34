//===- QuantizeSigns.cpp - Signs of a Hadamard group as masks -------------===//

#include "QuantizeSigns.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

SmallVector<Param> quantize::getSignParams(const Form &form) {
  return SmallVector<Param>(size_t(form.countSignWords()), Param::I32);
}

Int quantize::sortSigns(Int word) {
  auto compress = [](Int bits) {
    bits = bits & 0x55555555;
    bits = (bits | (bits >> 1)) & 0x33333333;
    bits = (bits | (bits >> 2)) & 0x0F0F0F0F;
    bits = (bits | (bits >> 4)) & 0x00FF00FF;
    return (bits | (bits >> 8)) & 0x0000FFFF;
  };
  return compress(word) | (compress(word >> 1) << 16);
}

/// Columns of a group that a thread has.
static int64_t countOwn(const Form &form) {
  return std::min(form.quantizer.getHadamard().getSize(), form.getHeld());
}

static int64_t getPitch(const Form &form) { return 4 * countOwn(form) + 16; }

int64_t SignMasks::countBytes(const Form &form) {
  HadamardAttr transform = form.quantizer.getHadamard();
  if (!transform || transform.getSigns() != Signs::Seed ||
      !(form.hasRing || form.isOfTile))
    return 0;
  return transform.getSize() / countOwn(form) * getPitch(form);
}

SignMasks::SignMasks(Kernel &k, const Form &form, unsigned firstSign,
                     Int address) {
  if (countBytes(form) == 0)
    return;
  this->k = &k;
  this->address = address;
  count = countOwn(form);
  pitch = getPitch(form);
  int64_t size = form.quantizer.getHadamard().getSize();
  k.loop(k.thread(), k.i32(size), k.i32(kThreads), [&](Int column) {
    Int word = k.integer(firstSign);
    for (int64_t i = 1; i < form.countSignWords(); ++i)
      word =
          (column >> 5).slt(i).select(word, k.integer(firstSign + unsigned(i)));
    Int inWord = column & 31;
    Int bit = (inWord >> 1) + ((inWord & 1) << 4);
    Int mask = ((word >> bit) & 1) << 31;
    k.storeShared(mask.get(), address + column.udiv(count) * pitch +
                                  column.urem(count) * 4);
  });
  k.syncBlock();
}

SmallVector<Int> SignMasks::read(Int part) const {
  Int start = part.get() ? address + part * pitch : address;
  SmallVector<Int> masks;
  for (int64_t i = 0; i < count; i += 4)
    masks.append(k->reloadSharedWords(start + 4 * i, 4));
  return masks;
}

int64_t ShiftFactors::countBytes(const Form &form) {
  return form.hasRing || form.isOfTile ? 16 : 0;
}

ShiftFactors::ShiftFactors(Kernel &k, const Form &form, Int address) {
  if (countBytes(form) == 0)
    return;
  this->k = &k;
  this->address = address;
  k.when(k.thread() == 0,
         [&] { k.storeSharedWords({k.i32(1 << 16), k.i32(1 << 6)}, address); });
  k.syncBlock();
}

std::array<Int, 2> ShiftFactors::read() const {
  SmallVector<Int> factors = k->reloadSharedWords(address, 2);
  return {factors[0], factors[1]};
}
