//===- PeerOneDNN.cpp - oneDNN's matmul -----------------------------------===//
//
// bf16 x bf16 and f32 x f32 into f32, with the weights in the layout that
// oneDNN prefers, reordered before the time starts. Versions 2 and 3 create
// primitives differently.
//
//===----------------------------------------------------------------------===//

#include "Peers.h"

#ifdef MX_BENCH_ONEDNN
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#endif

namespace mx::bench {

#ifdef MX_BENCH_ONEDNN

using namespace dnnl;

namespace {

matmul::primitive_desc describe(const memory::desc &a, const memory::desc &b,
                                const memory::desc &c, const engine &cpu) {
#if DNNL_VERSION_MAJOR >= 3
  return matmul::primitive_desc(cpu, a, b, c);
#else
  return matmul::primitive_desc(matmul::desc(a, b, c), cpu);
#endif
}

memory filled(const memory::desc &type, int64_t count, engine &cpu,
              stream &queue, const memory::desc &plain) {
  std::vector<float> values = peerOperand(count);
  memory source(plain, cpu, values.data()), result(type, cpu);
  reorder(source, result).execute(queue, source, result);
  queue.wait();
  return result;
}

PeerCall makeCall(const PeerShape &s, memory::data_type type,
                  const char *name) {
  using tag = memory::format_tag;
  constexpr auto f32 = memory::data_type::f32;
  engine cpu(engine::kind::cpu, 0);
  stream queue(cpu);
  memory::desc a({s.m, s.k}, type, tag::ab), b({s.k, s.n}, type, tag::any);
  memory::desc c({s.m, s.n}, f32, tag::ab);
  auto plan = describe(a, b, c, cpu);
  memory left =
      filled(a, s.m * s.k, cpu, queue, memory::desc({s.m, s.k}, f32, tag::ab));
  memory right = filled(plan.weights_desc(), s.k * s.n, cpu, queue,
                        memory::desc({s.k, s.n}, f32, tag::ba));
  memory out(c, cpu);
  matmul product(plan);
  return {name, [product, left, right, out, queue]() mutable {
            product.execute(queue, {{DNNL_ARG_SRC, left},
                                    {DNNL_ARG_WEIGHTS, right},
                                    {DNNL_ARG_DST, out}});
            queue.wait();
          }};
}

} // namespace

bool hasOneDNN() { return true; }

void addOneDNN(const PeerShape &shape, std::vector<PeerCall> &calls) {
  const std::pair<memory::data_type, const char *> types[] = {
      {memory::data_type::bf16, "onednn-bf16"},
      {memory::data_type::f32, "onednn-f32"}};
  for (auto [type, name] : types) {
    try {
      calls.push_back(makeCall(shape, type, name));
    } catch (const dnnl::error &) {
      // This CPU has no bf16 in oneDNN's eyes; the other type still runs.
    }
  }
}

#else

bool hasOneDNN() { return false; }
void addOneDNN(const PeerShape &, std::vector<PeerCall> &) {}

#endif

} // namespace mx::bench
