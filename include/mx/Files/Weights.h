//===- Weights.h - Block-scaled tensors in files of weights -----*- C++ -*-===//
//
// What the layouts of other projects have in common: codes packed as mx-pack
// packs them, scales, a tensor scale. `mxc convert` reads one layout and writes
// another; no bit of a code or scale changes.
//
//===----------------------------------------------------------------------===//

#ifndef MX_FILES_WEIGHTS_H
#define MX_FILES_WEIGHTS_H

#include "mx/Files/StoredTensor.h"
#include "mx/Support/ScaledFormat.h"
#include "llvm/Support/MemoryBuffer.h"

namespace mx::files {

/// A block-scaled format that files hold: blocks along the last axis.
struct PackedFormat {
  const char *name; ///< as --format says it
  contract::FloatFormat element, scale;
  unsigned block;
  bool hasTensorScale;

  unsigned bytesPerBlock() const { return block * element.bits() / 8; }
};
llvm::ArrayRef<PackedFormat> getPackedFormats();
/// The format of that name, or null.
const PackedFormat *findPackedFormat(llvm::StringRef name);

/// Names, types and shapes of the tensors that make one block-scaled tensor:
///
/// | layout             | codes                     | scales                 |
/// | ------------------ | ------------------------- | ---------------------- |
/// | arrays             | `N_codes` [.., K/B, b]    | `N_scale` [.., K/B]    |
/// | gpt-oss            | `N_blocks` [.., K/32, 16] | `N_scales` [.., K/32]  |
/// | compressed-tensors | `weight_packed` [.., K/2] | `weight_scale`         |
/// | modelopt           | `weight` [.., K/2]        | `weight_scale`         |
/// | gguf               | type MXFP4 or NVFP4       | in the same bytes      |
///
/// The tensor scale is `N_tensor_scale`, `weight_global_scale` (which divides),
/// `weight_scale_2`, and `N.scale` beside `N.weight` in GGUF.
enum class Layout : uint8_t {
  Arrays,
  GptOss,
  CompressedTensors,
  ModelOpt,
  GGUF
};
llvm::StringRef getName(Layout layout);

/// The parts of a block-scaled tensor.
struct Packed {
  const PackedFormat *format = nullptr;
  Layout layout = Layout::Arrays; ///< that it came in
  Content codes;                  ///< [.., K/B, bytes of a block]
  Content scales;                 ///< [.., K/B]
  std::optional<float> tensorScale;
  /// compressed-tensors' number, whose reciprocal is the tensor scale.
  std::optional<float> tensorDivisor;
};

/// A tensor of a file: block-scaled, or as it is.
struct Weight {
  std::string name;
  std::vector<uint64_t> shape; ///< of the elements, K last
  std::optional<Packed> packed;
  std::string dtype; ///< as StoredTensor's, where not block-scaled
  Content content;
};

/// The tensors of a file, and the header of the first file of a chain of
/// conversions.
struct WeightFile {
  FileKind kind = FileKind::Npz;
  std::optional<Header> header;
  std::vector<Weight> weights;
  /// What the contents point into.
  std::shared_ptr<llvm::MemoryBuffer> buffer;
};

/// Finds block-scaled tensors among those of a safetensors or GGUF file.
llvm::Expected<WeightFile> gatherWeights(TensorFile file);

/// Opens a file of any kind. `format` is that of block-scaled arrays in a .npz
/// that does not say it (numpy.savez, mxc quantize, mxc run).
llvm::Expected<WeightFile> openWeights(llvm::StringRef path,
                                       const PackedFormat *format = nullptr);

/// Writes a file of `kind`. Where all tensors of the header's file are there
/// and `layout` is not given, that file is written again, byte by byte.
llvm::Error writeWeights(llvm::StringRef path, FileKind kind,
                         const WeightFile &file, std::optional<Layout> layout);

// In between, for the above.

/// The tensors that a file of `kind` has of weights: block-scaled ones in
/// `layout` or, for safetensors, the one they came in; others as they are.
llvm::Expected<std::vector<StoredTensor>>
scatterWeights(llvm::ArrayRef<Weight> weights, FileKind kind,
               std::optional<Layout> layout);
/// The tensors that `header` names, made of `weights`; nothing where the two
/// do not correspond.
llvm::Expected<std::optional<std::vector<StoredTensor>>>
restoreTensors(const Header &header, llvm::ArrayRef<Weight> weights);

/// GGUF's blocks of interleaved scales and codes, and back.
Content takeGGUFCodes(const PackedFormat &format, const Content &blocks);
Content takeGGUFScales(const PackedFormat &format, const Content &blocks);
Content makeGGUFBlocks(const PackedFormat &format, const Content &codes,
                       const Content &scales);

} // namespace mx::files

#endif // MX_FILES_WEIGHTS_H
