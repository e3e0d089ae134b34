//===- Weights.cpp - Block-scaled tensors and the tensors they are made of ===//

#include "mx/Files/Weights.h"

#include "Layouts.h"
#include "mx/Files/GGUF.h"
#include "mx/Files/Safetensors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace mx::files;
using namespace mx::contract;

//===----------------------------------------------------------------------===//
// From the tensors of a file
//===----------------------------------------------------------------------===//

static Expected<float> readNumber(const Content &content) {
  Expected<std::string> bytes = readAll(content);
  if (!bytes)
    return bytes.takeError();
  return bit_cast<float>(support::endian::read32le(bytes->data()));
}

static Expected<Weight> gather(const Group &group,
                               ArrayRef<StoredTensor> tensors) {
  Weight weight{group.name, group.shape, Packed(), {}, {}};
  Packed &packed = *weight.packed;
  packed.format = group.format;
  packed.layout = group.layout;
  packed.codes = tensors[group.codes].content;
  packed.scales = tensors[group.scales].content;
  if (group.layout == Layout::GGUF) {
    packed.scales = takeGGUFScales(*group.format, packed.codes);
    packed.codes = takeGGUFCodes(*group.format, packed.codes);
  }
  if (!group.tensorScale)
    return weight;
  Expected<float> number = readNumber(tensors[*group.tensorScale].content);
  if (!number)
    return number.takeError();
  packed.tensorScale = *number;
  if (group.layout == Layout::CompressedTensors) {
    packed.tensorDivisor = *number;
    packed.tensorScale = 1.0f / *number;
  }
  return weight;
}

Expected<WeightFile> mx::files::gatherWeights(TensorFile file) {
  WeightFile result;
  result.kind = file.header.kind;
  std::vector<Group> groups = findGroups(file.tensors, result.kind);
  // Where the tensors of each group are, by the index of its codes.
  std::vector<const Group *> groupOf(file.tensors.size());
  std::vector<bool> isPart(file.tensors.size());
  for (const Group &group : groups) {
    groupOf[group.codes] = &group;
    isPart[group.codes] = isPart[group.scales] = true;
    if (group.tensorScale)
      isPart[*group.tensorScale] = true;
  }
  for (auto [i, tensor] : enumerate(file.tensors)) {
    if (groupOf[i]) {
      Expected<Weight> weight = gather(*groupOf[i], file.tensors);
      if (!weight)
        return weight.takeError();
      result.weights.push_back(std::move(*weight));
    } else if (!isPart[i]) {
      result.weights.push_back(
          {tensor.name, tensor.shape, {}, tensor.dtype, tensor.content});
    }
  }
  result.header = file.origin ? std::move(file.origin) : std::move(file.header);
  return result;
}

//===----------------------------------------------------------------------===//
// To the tensors of a file
//===----------------------------------------------------------------------===//

static Content fromNumber(float number) {
  std::string bytes(4, '\0');
  support::endian::write32le(bytes.data(), bit_cast<uint32_t>(number));
  return fromString(std::move(bytes));
}

static Content makeTensorScale(const Packed &packed, Layout layout) {
  float scale = packed.tensorScale.value_or(1.0f);
  if (layout != Layout::CompressedTensors)
    return fromNumber(scale);
  return fromNumber(packed.tensorDivisor.value_or(1.0f / scale));
}

static Content makeBlocks(const Packed &packed) {
  return makeGGUFBlocks(*packed.format, packed.codes, packed.scales);
}

namespace {
/// Makes the tensors of one weight in one layout.
class Scatterer {
public:
  Scatterer(const Weight &weight, std::vector<StoredTensor> &tensors)
      : weight(weight), packed(*weight.packed), tensors(tensors) {}

  Error scatter(Layout layout) {
    switch (layout) {
    case Layout::GptOss:
      return toGptOss();
    case Layout::CompressedTensors:
      return toWeight("compressed-tensors", "_packed", "_global_scale", layout);
    case Layout::ModelOpt:
      return toWeight("modelopt", "", "_scale_2", layout);
    case Layout::GGUF:
      return toGGUF();
    case Layout::Arrays:
      break;
    }
    return fail("this layout is of .npz files only");
  }

private:
  Error fail(const Twine &why) const {
    return createStringError("tensor '" + weight.name + "': " + why);
  }
  Error failFormat(StringRef layout, StringRef expected) const {
    return fail(layout + " has no " + packed.format->name + "; expected " +
                expected);
  }
  std::vector<uint64_t> rowsOf(uint64_t last) const {
    std::vector<uint64_t> shape = weight.shape;
    shape.back() = last;
    return shape;
  }
  uint64_t numBlocks() const {
    return weight.shape.back() / packed.format->block;
  }
  void add(const Twine &name, StringRef dtype, std::vector<uint64_t> shape,
           Content content) {
    tensors.push_back(
        {name.str(), dtype.str(), std::move(shape), std::move(content)});
  }

  Error toGptOss() {
    if (StringRef(packed.format->name) != "mxfp4")
      return failFormat("gpt-oss", "mxfp4");
    std::vector<uint64_t> shape = rowsOf(numBlocks());
    std::vector<uint64_t> blocks = shape;
    blocks.push_back(packed.format->bytesPerBlock());
    add(weight.name + "_blocks", "U8", blocks, packed.codes);
    add(weight.name + "_scales", "U8", shape, packed.scales);
    return Error::success();
  }

  Error toWeight(StringRef layoutName, StringRef suffix, StringRef second,
                 Layout layout) {
    const PackedFormat &format = *packed.format;
    bool isWide = format.element.bits() == 8;
    if (format.element == kE3M2)
      return failFormat(layoutName, "mxfp4, mxfp6_e2m3, mxfp8 or nvfp4");
    StringRef dtype = !isWide                   ? "U8"
                      : format.element == kE4M3 ? "F8_E4M3"
                                                : "F8_E5M2";
    add(weight.name + (isWide ? "" : suffix), dtype,
        rowsOf(numBlocks() * format.bytesPerBlock()), packed.codes);
    add(weight.name + "_scale", format.scale == kE8M0 ? "U8" : "F8_E4M3",
        rowsOf(numBlocks()), packed.scales);
    if (format.scale == kE4M3)
      add(weight.name + second, "F32",
          layout == Layout::ModelOpt ? std::vector<uint64_t>()
                                     : std::vector<uint64_t>{1},
          makeTensorScale(packed, layout));
    return Error::success();
  }

  Error toGGUF() {
    if (packed.format->element != kE2M1)
      return failFormat("GGUF", "mxfp4 or nvfp4");
    bool isNVFP4 = packed.format->scale == kE4M3;
    if (weight.shape.back() % (isNVFP4 ? 64 : 32) != 0)
      return fail("GGUF's NVFP4 needs rows of a multiple of 64 elements, but "
                  "the shape is " +
                  formatExtents(weight.shape));
    add(weight.name, isNVFP4 ? "NVFP4" : "MXFP4", weight.shape,
        makeBlocks(packed));
    if (!packed.format->hasTensorScale)
      return Error::success();
    StringRef prefix = weight.name;
    prefix.consume_back(".weight");
    add(prefix + ".scale", "F32", {1}, makeTensorScale(packed, Layout::GGUF));
    return Error::success();
  }

  const Weight &weight;
  const Packed &packed;
  std::vector<StoredTensor> &tensors;
};
} // namespace

static Error checkType(const Weight &weight, FileKind kind) {
  bool isGGUF = kind == FileKind::GGUF;
  if (isGGUF ? findGGMLType(weight.dtype) != nullptr
             : getSafetensorsBits(weight.dtype) != 0)
    return Error::success();
  return createStringError("tensor '" + weight.name +
                           "': " + (isGGUF ? "GGUF" : "safetensors") +
                           " has no type for " + weight.dtype +
                           "; --tensor=GLOB leaves tensors out");
}

/// The layout of safetensors that holds a tensor without rounding: its own, or
/// one whose tensor scale multiplies, as that of every other file does.
static Layout chooseLayout(const Packed &packed) {
  if (packed.layout != Layout::Arrays && packed.layout != Layout::GGUF)
    return packed.layout;
  bool rounds = packed.format->scale == kE4M3 && !packed.tensorDivisor;
  return rounds ? Layout::ModelOpt : Layout::CompressedTensors;
}

Expected<std::vector<StoredTensor>>
mx::files::scatterWeights(ArrayRef<Weight> weights, FileKind kind,
                          std::optional<Layout> layout) {
  std::vector<StoredTensor> tensors;
  for (const Weight &weight : weights) {
    if (weight.packed) {
      Layout chosen = kind == FileKind::GGUF ? Layout::GGUF
                      : layout               ? *layout
                                             : chooseLayout(*weight.packed);
      if (Error error = Scatterer(weight, tensors).scatter(chosen))
        return std::move(error);
      continue;
    }
    if (Error error = checkType(weight, kind))
      return std::move(error);
    tensors.push_back(
        {weight.name, weight.dtype, weight.shape, weight.content});
  }
  return tensors;
}

//===----------------------------------------------------------------------===//
// To the tensors of the file that there was
//===----------------------------------------------------------------------===//

static Expected<std::vector<StoredTensor>> parseHeader(const Header &header) {
  if (header.kind == FileKind::Safetensors)
    return parseSafetensorsHeader(header.text);
  Expected<GGUFHeader> parsed = parseGGUFHeader(header.text);
  if (!parsed)
    return parsed.takeError();
  // Headers come from files of other kinds too, which may be damaged.
  if (parsed->size != header.text.size() ||
      header.tailPadding >= parsed->alignment)
    return createStringError("the stored GGUF header has another size than "
                             "its text says");
  return std::move(parsed->tensors);
}

/// Whether a tensor has a format, or that with a tensor scale of 1 beside it,
/// which safetensors' layouts of NVFP4 cannot leave out.
static bool isSameFormat(const Packed &packed, const PackedFormat &format) {
  return packed.format == &format ||
         (!format.hasTensorScale && packed.tensorScale == 1.0f &&
          packed.format->element == format.element &&
          packed.format->scale == format.scale &&
          packed.format->block == format.block);
}

/// Equal, or both of a single element: GGUF has no scalars.
static bool isSameShape(ArrayRef<uint64_t> a, ArrayRef<uint64_t> b) {
  auto isOne = [](uint64_t extent) { return extent == 1; };
  return a == b || (all_of(a, isOne) && all_of(b, isOne));
}

Expected<std::optional<std::vector<StoredTensor>>>
mx::files::restoreTensors(const Header &header, ArrayRef<Weight> weights) {
  Expected<std::vector<StoredTensor>> parsed = parseHeader(header);
  if (!parsed)
    return parsed.takeError();
  std::vector<StoredTensor> &tensors = *parsed;
  StringMap<const Weight *> named;
  for (const Weight &weight : weights)
    named[weight.name] = &weight;
  std::vector<bool> done(tensors.size());
  size_t used = 0;
  for (const Group &group : findGroups(tensors, header.kind)) {
    const Weight *weight = named.lookup(group.name);
    if (!weight || !weight->packed ||
        !isSameFormat(*weight->packed, *group.format) ||
        weight->shape != group.shape)
      return std::nullopt;
    const Packed &packed = *weight->packed;
    tensors[group.codes].content =
        group.layout == Layout::GGUF ? makeBlocks(packed) : packed.codes;
    if (group.layout != Layout::GGUF)
      tensors[group.scales].content = packed.scales;
    if (group.tensorScale)
      tensors[*group.tensorScale].content =
          makeTensorScale(packed, group.layout);
    done[group.codes] = done[group.scales] = true;
    if (group.tensorScale)
      done[*group.tensorScale] = true;
    ++used;
  }
  for (auto [i, tensor] : enumerate(tensors)) {
    if (done[i])
      continue;
    const Weight *weight = named.lookup(tensor.name);
    if (!weight || weight->packed || weight->dtype != tensor.dtype ||
        !isSameShape(weight->shape, tensor.shape))
      return std::nullopt;
    tensor.content = weight->content;
    ++used;
  }
  if (used != weights.size())
    return std::nullopt;
  return std::move(tensors);
}
