//===- Layouts.cpp - Which tensors make a block-scaled one ----------------===//

#include "Layouts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace mx::files;
using namespace mx::contract;

static constexpr PackedFormat kFormats[] = {
    {"mxfp4", kE2M1, kE8M0, 32, false},
    {"nvfp4", kE2M1, kE4M3, 16, true},
    {"!mx.scaled<f4E2M1FN, f8E4M3FN, [16]>", kE2M1, kE4M3, 16, false},
    {"mxfp8_e4m3", kE4M3, kE8M0, 32, false},
    {"mxfp8_e5m2", kE5M2, kE8M0, 32, false},
    {"mxfp6_e2m3", kE2M3, kE8M0, 32, false},
    {"mxfp6_e3m2", kE3M2, kE8M0, 32, false},
};

ArrayRef<PackedFormat> mx::files::getPackedFormats() { return kFormats; }

const PackedFormat *mx::files::findPackedFormat(StringRef name) {
  const auto *it = find_if(kFormats, [&](const PackedFormat &format) {
    return name == format.name;
  });
  return it == std::end(kFormats) ? nullptr : it;
}

StringRef mx::files::getName(Layout layout) {
  constexpr const char *names[] = {"arrays", "gpt-oss", "compressed-tensors",
                                   "modelopt", "gguf"};
  return names[size_t(layout)];
}

namespace {
/// Looks for groups among tensors by name.
class Finder {
public:
  explicit Finder(ArrayRef<StoredTensor> tensors) : tensors(tensors) {
    for (auto [i, tensor] : enumerate(tensors))
      indices[tensor.name] = i;
  }

  std::optional<size_t> find(StringRef name) const {
    auto it = indices.find(name);
    if (it == indices.end())
      return std::nullopt;
    return it->second;
  }
  /// The group whose codes are a tensor.
  std::optional<Group> find(size_t codes, FileKind kind) const;

private:
  std::optional<size_t> find(const Twine &name, StringRef dtype) const {
    auto index = find(name.str());
    if (!index || tensors[*index].dtype != dtype)
      return std::nullopt;
    return index;
  }

  /// A tensor of scales of E8M0, whatever it calls its bytes.
  std::optional<size_t> findE8M0(const Twine &name) const {
    std::string text = name.str();
    auto scale = find(text, "U8");
    return scale ? scale : find(text, "F8_E8M0");
  }

  /// A tensor of one f32.
  std::optional<size_t> findNumber(const Twine &name) const {
    auto number = find(name, "F32");
    if (number && getByteSize(tensors[*number].shape, 32) != 4)
      return std::nullopt;
    return number;
  }

  std::optional<Group> findGptOss(size_t codes) const;
  std::optional<Group> findPackedWeight(size_t codes, StringRef name,
                                        Layout layout) const;
  std::optional<Group> findMXFP8(size_t codes) const;
  std::optional<Group> findGGUF(size_t codes) const;

  /// Fills in the shape; nothing where codes and scales do not fit each other.
  std::optional<Group> fit(Group group, ArrayRef<uint64_t> packedRow) const;

  ArrayRef<StoredTensor> tensors;
  StringMap<size_t> indices;
};
} // namespace

/// `packed` is the shape of the codes in bytes, the row last.
std::optional<Group> Finder::fit(Group group, ArrayRef<uint64_t> packed) const {
  ArrayRef<uint64_t> scales = tensors[group.scales].shape;
  if (packed.empty() || scales.size() != packed.size() ||
      scales.drop_back() != packed.drop_back() ||
      packed.back() % group.format->bytesPerBlock() != 0 ||
      packed.back() / group.format->bytesPerBlock() != scales.back())
    return std::nullopt;
  group.shape.assign(scales.begin(), scales.end());
  group.shape.back() *= group.format->block;
  return group;
}

/// `N_blocks` [.., K/32, 16], `N_scales` [.., K/32]; also `N.blocks`,
/// `N.scales` as in the original checkpoint.
std::optional<Group> Finder::findGptOss(size_t codes) const {
  const StoredTensor &tensor = tensors[codes];
  StringRef name = tensor.name;
  if (!name.consume_back("blocks") || name.size() < 2 ||
      !StringRef("_.").contains(name.back()) || tensor.dtype != "U8" ||
      tensor.shape.size() < 2 || tensor.shape.back() != 16)
    return std::nullopt;
  auto scales = findE8M0(name + "scales");
  if (!scales)
    return std::nullopt;
  std::vector<uint64_t> packed(tensor.shape.begin(), tensor.shape.end() - 1);
  packed.back() *= 16;
  return fit({name.drop_back().str(),
              Layout::GptOss,
              findPackedFormat("mxfp4"),
              {},
              codes,
              *scales,
              {}},
             packed);
}

/// 4- and 6-bit codes in bytes, with the scales and tensor scale of `name`.
std::optional<Group> Finder::findPackedWeight(size_t codes, StringRef name,
                                              Layout layout) const {
  const StoredTensor &tensor = tensors[codes];
  if (tensor.dtype != "U8")
    return std::nullopt;
  Group group{name.str(), layout, nullptr, {}, codes, 0, {}};
  if (auto scales = find(name + "_scale", "F8_E4M3")) {
    group.scales = *scales;
    group.tensorScale = findNumber(
        name + (layout == Layout::ModelOpt ? "_scale_2" : "_global_scale"));
    group.format = findPackedFormat("nvfp4");
    if (!group.tensorScale)
      return std::nullopt;
    return fit(group, tensor.shape);
  }
  auto scales = findE8M0(name + "_scale");
  if (!scales)
    return std::nullopt;
  group.scales = *scales;
  for (StringRef format : {"mxfp4", "mxfp6_e2m3"}) {
    group.format = findPackedFormat(format);
    if (auto found = fit(group, tensor.shape))
      return found;
  }
  return std::nullopt;
}

/// `N` of F8, `N_scale` of E8M0, in both projects.
std::optional<Group> Finder::findMXFP8(size_t codes) const {
  const StoredTensor &tensor = tensors[codes];
  StringRef format = tensor.dtype == "F8_E4M3"   ? "mxfp8_e4m3"
                     : tensor.dtype == "F8_E5M2" ? "mxfp8_e5m2"
                                                 : "";
  auto scales = findE8M0(tensor.name + "_scale");
  if (format.empty() || !scales)
    return std::nullopt;
  return fit({tensor.name,
              Layout::CompressedTensors,
              findPackedFormat(format),
              {},
              codes,
              *scales,
              {}},
             tensor.shape);
}

std::optional<Group> Finder::findGGUF(size_t codes) const {
  const StoredTensor &tensor = tensors[codes];
  Group group{tensor.name, Layout::GGUF, nullptr, tensor.shape,
              codes,       codes,        {}};
  if (tensor.dtype == "MXFP4") {
    group.format = findPackedFormat("mxfp4");
    return group;
  }
  if (tensor.dtype != "NVFP4")
    return std::nullopt;
  // As llama.cpp names it. (One for each expert is another format.)
  StringRef prefix = tensor.name;
  prefix.consume_back(".weight");
  group.tensorScale = findNumber(prefix + ".scale");
  group.format = group.tensorScale
                     ? findPackedFormat("nvfp4")
                     : findPackedFormat("!mx.scaled<f4E2M1FN, f8E4M3FN, [16]>");
  return group;
}

std::optional<Group> Finder::find(size_t codes, FileKind kind) const {
  if (kind == FileKind::GGUF)
    return findGGUF(codes);
  if (auto group = findGptOss(codes))
    return group;
  StringRef name = tensors[codes].name;
  Layout layout = name.consume_back("_packed") ? Layout::CompressedTensors
                                               : Layout::ModelOpt;
  if (auto group = findPackedWeight(codes, name, layout))
    return group;
  return findMXFP8(codes);
}

std::vector<Group> mx::files::findGroups(ArrayRef<StoredTensor> tensors,
                                         FileKind kind) {
  Finder finder(tensors);
  std::vector<Group> groups;
  std::vector<bool> used(tensors.size());
  StringSet<> names;
  for (size_t i = 0; i < tensors.size(); ++i) {
    std::optional<Group> group = finder.find(i, kind);
    if (!group || used[i] || used[group->scales] ||
        (group->tensorScale && used[*group->tensorScale]))
      continue;
    // A name is that of one tensor.
    std::optional<size_t> other = finder.find(group->name);
    if ((other && *other != i) || !names.insert(group->name).second)
      continue;
    used[i] = used[group->scales] = true;
    if (group->tensorScale)
      used[*group->tensorScale] = true;
    groups.push_back(std::move(*group));
  }
  return groups;
}
