//===- HoverFilter.h - Layouts in the hover texts of MLIR's server --------===//

#ifndef MX_TOOLS_MX_LSP_SERVER_HOVERFILTER_H
#define MX_TOOLS_MX_LSP_SERVER_HOVERFILTER_H

#include <cstdio>

namespace mx {

/// Copies the messages of a language server to `out` until they end. Replies to
/// hover requests get the layout of every block-scaled tensor type that they
/// name; what is no message (the text of --help) is copied as it is.
void filterHovers(std::FILE *in, std::FILE *out);

} // namespace mx

#endif // MX_TOOLS_MX_LSP_SERVER_HOVERFILTER_H
