//===- NpzWeightsWriter.cpp - Weights as arrays ---------------------------===//

#include "NpzWeights.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace mx::files;

/// The numpy type of a dtype: kind and bytes. Bytes where it has none.
static std::pair<char, unsigned> getArrayType(StringRef dtype) {
  using Type = std::pair<char, unsigned>;
  return StringSwitch<Type>(dtype)
      .Case("BOOL", Type('b', 1))
      .Case("I8", Type('i', 1))
      .Case("I16", Type('i', 2))
      .Case("I32", Type('i', 4))
      .Case("I64", Type('i', 8))
      .Cases({"U16", "BF16"}, Type('u', 2))
      .Case("U32", Type('u', 4))
      .Cases({"U64", "C64"}, Type('u', 8))
      .Case("F16", Type('f', 2))
      .Case("F32", Type('f', 4))
      .Case("F64", Type('f', 8))
      .Default(Type('u', 1));
}

static NpzEntry makeEntry(const Twine &name, std::pair<char, unsigned> type,
                          ArrayRef<uint64_t> shape, Content content) {
  NpzEntry entry;
  entry.name = name.str();
  entry.array.kind = type.first;
  entry.array.itemSize = type.second;
  entry.array.shape.assign(shape.begin(), shape.end());
  entry.content = std::move(content);
  return entry;
}

static NpzEntry makeBytes(const Twine &name, std::string bytes) {
  return makeEntry(name, {'u', 1}, {bytes.size()}, fromString(bytes));
}

static NpzEntry makeNumber(const Twine &name, float number) {
  std::string bytes(4, '\0');
  support::endian::write32le(bytes.data(), bit_cast<uint32_t>(number));
  return makeEntry(name, {'f', 4}, {}, fromString(bytes));
}

static void addPacked(const Weight &weight, std::vector<NpzEntry> &entries) {
  const Packed &packed = *weight.packed;
  std::vector<uint64_t> shape = weight.shape;
  shape.back() /= packed.format->block;
  entries.push_back(
      makeEntry(weight.name + "_scale", {'u', 1}, shape, packed.scales));
  shape.push_back(packed.format->bytesPerBlock());
  entries.push_back(
      makeEntry(weight.name + "_codes", {'u', 1}, shape, packed.codes));
  if (packed.tensorScale)
    entries.push_back(
        makeNumber(weight.name + "_tensor_scale", *packed.tensorScale));
  if (packed.tensorDivisor)
    entries.push_back(
        makeNumber(weight.name + "_tensor_divisor", *packed.tensorDivisor));
}

static void addPlain(const Weight &weight, std::vector<NpzEntry> &entries) {
  std::pair<char, unsigned> type = getArrayType(weight.dtype);
  std::optional<uint64_t> size = getByteSize(weight.shape, type.second * 8);
  std::vector<uint64_t> shape = weight.shape;
  // Blocks of bytes have no shape of elements.
  if (!size || *size != weight.content.size)
    shape = {weight.content.size};
  entries.push_back(makeEntry(weight.name, type, shape, weight.content));
}

static std::string makeManifest(const WeightFile &file) {
  json::Array tensors;
  for (const Weight &weight : file.weights) {
    json::Object tensor{{"name", weight.name},
                        {"shape", json::Array(weight.shape)}};
    if (weight.packed)
      tensor["format"] = weight.packed->format->name;
    else
      tensor["dtype"] = weight.dtype;
    tensors.push_back(std::move(tensor));
  }
  json::Object root{{"tensors", std::move(tensors)}};
  if (file.header) {
    root["header"] = getName(file.header->kind);
    root["tail_padding"] = file.header->tailPadding;
  }
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(root));
  return text;
}

Expected<std::vector<NpzEntry>>
mx::files::scatterEntries(const WeightFile &file) {
  std::vector<NpzEntry> entries;
  for (const Weight &weight : file.weights) {
    if (!json::isUTF8(weight.name))
      return createStringError("tensor '" + weight.name +
                               "': the name is no UTF-8");
    weight.packed ? addPacked(weight, entries) : addPlain(weight, entries);
  }
  entries.push_back(makeBytes(kManifest, makeManifest(file)));
  if (file.header)
    entries.push_back(makeBytes(kHeader, file.header->text));
  StringSet<> names;
  for (const NpzEntry &entry : entries)
    if (!names.insert(entry.name).second)
      return createStringError("two arrays would have the name '" + entry.name +
                               "'; --tensor=NEW=OLD renames");
  return entries;
}
