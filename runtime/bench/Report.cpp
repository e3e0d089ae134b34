//===- Report.cpp - Results as a table and as JSON ------------------------===//
//
// The table is for people: min / median / max, the fraction of the limit, then
// the ratios to peers.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include <cstdarg>

namespace mx::bench {

std::string format(const char *text, ...) {
  char buffer[1024];
  va_list args;
  va_start(args, text);
  std::vsnprintf(buffer, sizeof buffer, text, args);
  va_end(args);
  return buffer;
}

Report::Report(const Options &options) {
  if (options.json.empty())
    return;
  file = std::fopen(options.json.c_str(), "w");
  if (!file)
    stop("cannot write " + options.json);
}

Report::~Report() {
  if (file)
    std::fclose(file);
}

void Report::note(const std::string &text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

void Report::addLimits(const Limits &limits) {
  note(format("\nLimits, %d thread%s", limits.threads,
              limits.threads > 1 ? "s" : ""));
  for (const Limit &limit : limits.all()) {
    const char *unit =
        limit.isBandwidth ? "GB/s"
        : limit.name[0] == 'v' || limit.name.rfind("amx int8", 0) == 0
            ? "GOP/s"
            : "GFLOP/s";
    if (limit.rate > 0)
      note(format("  %-14s %9.1f %s", limit.name.c_str(), limit.rate, unit));
    else
      note(format("  %-14s         - this CPU lacks it", limit.name.c_str()));
    if (file)
      std::fprintf(file,
                   "{\"name\": \"limit %s\", \"threads\": %d, \"%s\": %.2f}\n",
                   limit.name.c_str(), limits.threads,
                   limit.isBandwidth ? "gbytes_per_s" : "gflops", limit.rate);
  }
}

void Report::table(const Result &r) {
  std::string line =
      format("  %-44s %2d %-12s %9.3f %9.3f %9.3f ms %8.*f %s", r.name.c_str(),
             r.threads, r.isa.c_str(), r.ms.min, r.ms.median, r.ms.max,
             r.isBandwidth ? 2 : 1, r.rate, r.isBandwidth ? "GB/s" : "GF/s");
  if (r.limit > 0)
    line += format("  %3.0f %% of %s", 100 * r.fraction, r.limitName.c_str());
  if (r.error == 0)
    line += "  same bits";
  else if (r.error > 0)
    line += format("  error %.3f of bound", r.error);
  for (const auto &[peer, ratio] : r.ratios)
    line += format("  %.2fx %s", ratio, peer.c_str());
  note(line);
}

void Report::add(const Result &r) {
  table(r);
  record(r);
}

void Report::record(const Result &r) {
  if (!file)
    return;
  std::fprintf(file,
               "{\"name\": \"%s\", \"m\": %lld, \"n\": %lld, \"k\": %lld, "
               "\"formats\": \"%s\", \"threads\": %d, \"isa\": \"%s\", "
               "\"ms\": {\"min\": %.5f, \"median\": %.5f, \"max\": %.5f}, "
               "\"calls\": %d, \"%s\": %.3f",
               r.name.c_str(), static_cast<long long>(r.m),
               static_cast<long long>(r.n), static_cast<long long>(r.k),
               r.formats.c_str(), r.threads, r.isa.c_str(), r.ms.min,
               r.ms.median, r.ms.max, r.ms.count,
               r.isBandwidth ? "gbytes_per_s" : "gflops", r.rate);
  if (r.isChosen)
    std::fprintf(file, ", \"chosen\": true");
  if (r.limit > 0)
    std::fprintf(file,
                 ", \"limit_name\": \"%s\", \"limit\": %.2f, "
                 "\"fraction_of_limit\": %.4f",
                 r.limitName.c_str(), r.limit, r.fraction);
  if (!r.ratios.empty()) {
    std::fprintf(file, ", \"ratios\": {");
    for (size_t i = 0; i < r.ratios.size(); ++i)
      std::fprintf(file, "%s\"%s\": %.4f", i ? ", " : "",
                   r.ratios[i].first.c_str(), r.ratios[i].second);
    std::fprintf(file, "}");
  }
  if (r.error >= 0)
    std::fprintf(file, ", \"error\": %.5f", r.error);
  std::fprintf(file, "}\n");
  std::fflush(file);
}

} // namespace mx::bench
