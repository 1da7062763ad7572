#if arch(x86_64) || arch(i386)
  extension Portable {
    /// A fused multiply-add where the machine has none.
    ///
    /// The product of two floats is exact in double. Its sum with the third is rounded to odd: where the double
    /// sum is inexact (TwoSum gives the error) and its last bit even, it moves one place towards the exact value.
    /// A number rounded to odd with two or more extra bits rounds on as the exact value would (Boldo and
    /// Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008),
    /// subnormal results included.
    @inline(__always)
    static func emulatedFMA(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      SIMD16(
        lowHalf: SIMD8(
          lowHalf: four(a.lowHalf.lowHalf, b.lowHalf.lowHalf, c.lowHalf.lowHalf),
          highHalf: four(a.lowHalf.highHalf, b.lowHalf.highHalf, c.lowHalf.highHalf)),
        highHalf: SIMD8(
          lowHalf: four(a.highHalf.lowHalf, b.highHalf.lowHalf, c.highHalf.lowHalf),
          highHalf: four(a.highHalf.highHalf, b.highHalf.highHalf, c.highHalf.highHalf)))
    }

    @inline(__always)
    static func four(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
      let low = two(a.lowHalf, b.lowHalf, c.lowHalf)
      let high = two(a.highHalf, b.highHalf, c.highHalf)
      return SIMD4(Float(low.x), Float(low.y), Float(high.x), Float(high.y))
    }

    @inline(__always)
    static func two(_ a: SIMD2<Float>, _ b: SIMD2<Float>, _ c: SIMD2<Float>) -> SIMD2<Double> {
      let product = double(a) * double(b)
      let addend = double(c)
      let sum = product + addend
      let part = sum - product
      let error = (product - (sum - part)) + (addend - part)
      let bits = unsafeBitCast(sum, to: SIMD2<UInt64>.self)
      // Infinities and NaN have the error NaN, which is neither below nor above zero.
      let inexact = (error .< SIMD2(repeating: 0)) .| (error .> SIMD2(repeating: 0))
      let step = SIMD2<UInt64>.zero.replacing(with: ~bits & 1, where: inexact)
      // Away from zero where the error has the sign of the sum, else towards zero.
      let opposite = (bits ^ unsafeBitCast(error, to: SIMD2<UInt64>.self)) &>> 63
      return unsafeBitCast(bits &+ step &- ((step & opposite) &<< 1), to: SIMD2<Double>.self)
    }

    @inline(__always)
    static func double(_ x: SIMD2<Float>) -> SIMD2<Double> { SIMD2(Double(x.x), Double(x.y)) }
  }
#endif
