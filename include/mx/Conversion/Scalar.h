//===- Scalar.h - Scalar code that reads like arithmetic --------*- C++ -*-===//
//
// Int wraps an integer SSA value with the operators of C, so that the emitted
// semantics and kernels can be read. Unsigned where it matters is
// said by the method's name.
//
//===----------------------------------------------------------------------===//

#ifndef MX_CONVERSION_SCALAR_H
#define MX_CONVERSION_SCALAR_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mx {

/// Where code is emitted.
struct Emitter {
  mlir::OpBuilder &b;
  mlir::Location loc;
};

class Int {
public:
  Int() = default;
  Int(Emitter e, mlir::Value value) : e(&e.b), loc(e.loc), value(value) {}

  static Int constant(Emitter e, mlir::Type type, int64_t value) {
    return Int(e, mlir::arith::ConstantOp::create(
                      e.b, e.loc, mlir::IntegerAttr::get(type, value)));
  }

  mlir::Value get() const { return value; }
  mlir::Type getType() const { return value.getType(); }
  unsigned getWidth() const { return value.getType().getIntOrFloatBitWidth(); }
  Emitter getEmitter() const { return {*e, *loc}; }
  /// A constant of this value's type.
  Int like(int64_t constantValue) const {
    return constant(getEmitter(), getType(), constantValue);
  }

  Int operator+(Int o) const { return make<mlir::arith::AddIOp>(o); }
  Int operator-(Int o) const { return make<mlir::arith::SubIOp>(o); }
  Int operator*(Int o) const { return make<mlir::arith::MulIOp>(o); }
  Int operator&(Int o) const { return make<mlir::arith::AndIOp>(o); }
  Int operator|(Int o) const { return make<mlir::arith::OrIOp>(o); }
  Int operator^(Int o) const { return make<mlir::arith::XOrIOp>(o); }
  Int operator~() const { return *this ^ like(-1); }
  Int operator<<(Int o) const { return make<mlir::arith::ShLIOp>(o); }
  /// Logical shift, unsigned division and remainder.
  Int operator>>(Int o) const { return make<mlir::arith::ShRUIOp>(o); }
  Int udiv(Int o) const { return make<mlir::arith::DivUIOp>(o); }
  Int urem(Int o) const { return make<mlir::arith::RemUIOp>(o); }

  Int operator+(int64_t o) const { return *this + like(o); }
  Int operator-(int64_t o) const { return *this - like(o); }
  Int operator*(int64_t o) const { return *this * like(o); }
  Int operator&(int64_t o) const { return *this & like(o); }
  Int operator|(int64_t o) const { return *this | like(o); }
  Int operator<<(int64_t o) const { return o == 0 ? *this : *this << like(o); }
  Int operator>>(int64_t o) const { return o == 0 ? *this : *this >> like(o); }
  Int udiv(int64_t o) const { return udiv(like(o)); }
  Int urem(int64_t o) const { return urem(like(o)); }

  Int operator==(Int o) const { return compare(Predicate::eq, o); }
  Int operator!=(Int o) const { return compare(Predicate::ne, o); }
  Int slt(Int o) const { return compare(Predicate::slt, o); }
  Int sgt(Int o) const { return compare(Predicate::sgt, o); }
  Int ult(Int o) const { return compare(Predicate::ult, o); }
  Int ugt(Int o) const { return compare(Predicate::ugt, o); }
  Int uge(Int o) const { return compare(Predicate::uge, o); }
  Int operator==(int64_t o) const { return *this == like(o); }
  Int operator!=(int64_t o) const { return *this != like(o); }
  Int slt(int64_t o) const { return slt(like(o)); }
  Int sgt(int64_t o) const { return sgt(like(o)); }
  Int ult(int64_t o) const { return ult(like(o)); }
  Int ugt(int64_t o) const { return ugt(like(o)); }
  Int uge(int64_t o) const { return uge(like(o)); }

  Int smax(Int o) const { return make<mlir::arith::MaxSIOp>(o); }
  Int smin(Int o) const { return make<mlir::arith::MinSIOp>(o); }
  Int umin(Int o) const { return make<mlir::arith::MinUIOp>(o); }
  Int smax(int64_t o) const { return smax(like(o)); }
  Int smin(int64_t o) const { return smin(like(o)); }
  Int umin(int64_t o) const { return umin(like(o)); }

  /// this ? yes : no, this being an i1.
  Int select(Int yes, Int no) const {
    return Int(getEmitter(), mlir::arith::SelectOp::create(
                                 *e, *loc, value, yes.value, no.value));
  }
  mlir::Value select(mlir::Value yes, mlir::Value no) const {
    return mlir::arith::SelectOp::create(*e, *loc, value, yes, no);
  }

  /// Zero-extended or truncated to a width.
  Int zext(unsigned width) const { return resize<mlir::arith::ExtUIOp>(width); }
  /// Sign-extended or truncated to a width.
  Int sext(unsigned width) const { return resize<mlir::arith::ExtSIOp>(width); }
  Int leadingZeros() const {
    return Int(getEmitter(),
               mlir::math::CountLeadingZerosOp::create(*e, *loc, value));
  }
  Int toIndex() const {
    return Int(getEmitter(), mlir::arith::IndexCastOp::create(
                                 *e, *loc, e->getIndexType(), value));
  }
  /// From index to an integer of a width.
  Int fromIndex(unsigned width) const {
    return Int(getEmitter(), mlir::arith::IndexCastOp::create(
                                 *e, *loc, e->getIntegerType(width), value));
  }

private:
  using Predicate = mlir::arith::CmpIPredicate;

  template <typename Op> Int make(Int o) const {
    return Int(getEmitter(), Op::create(*e, *loc, value, o.value));
  }
  Int compare(Predicate predicate, Int o) const {
    return Int(getEmitter(), mlir::arith::CmpIOp::create(*e, *loc, predicate,
                                                         value, o.value));
  }
  template <typename Extend> Int resize(unsigned width) const {
    mlir::Type type = e->getIntegerType(width);
    if (width == getWidth())
      return *this;
    if (width > getWidth())
      return Int(getEmitter(), Extend::create(*e, *loc, type, value));
    return Int(getEmitter(),
               mlir::arith::TruncIOp::create(*e, *loc, type, value));
  }

  mlir::OpBuilder *e = nullptr;
  std::optional<mlir::Location> loc;
  mlir::Value value;
};

/// Reinterprets the bits of a float as an integer of its width, and back.
inline Int bitsOf(Emitter e, mlir::Value value) {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  return Int(e, mlir::arith::BitcastOp::create(
                    e.b, e.loc, e.b.getIntegerType(width), value));
}
inline mlir::Value floatOf(Int bits, mlir::Type type) {
  Emitter e = bits.getEmitter();
  return mlir::arith::BitcastOp::create(e.b, e.loc, type, bits.get());
}

} // namespace mx

#endif // MX_CONVERSION_SCALAR_H
