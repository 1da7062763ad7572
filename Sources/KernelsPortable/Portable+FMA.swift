#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel.sse2

  /// A fused multiply-add where the machine has none.
  extension Portable {
    /// The product of two floats is exact in double, and its sum with the third is off by half a place of a double.
    /// Rounding that to float is right unless the sum lies halfway between two floats (where the error decides)
    /// or among the subnormals (where halfway is elsewhere); then, once in 2^29 random sums, all lanes are done
    /// exactly.
    @inline(__always)
    static func emulatedFMA(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
      let (r0, d0) = quick(a.lowHalf.lowHalf, b.lowHalf.lowHalf, c.lowHalf.lowHalf)
      let (r1, d1) = quick(a.lowHalf.highHalf, b.lowHalf.highHalf, c.lowHalf.highHalf)
      let (r2, d2) = quick(a.highHalf.lowHalf, b.highHalf.lowHalf, c.highHalf.lowHalf)
      let (r3, d3) = quick(a.highHalf.highHalf, b.highHalf.highHalf, c.highHalf.highHalf)
      let doubtful = unsafeBitCast((d0 | d1) | (d2 | d3), to: __m128i.self)
      guard _mm_movemask_epi8(doubtful) == 0 else { return exactFMA(a, b, c) }
      return Vector(lowHalf: SIMD8(lowHalf: r0, highHalf: r1), highHalf: SIMD8(lowHalf: r2, highHalf: r3))
    }

    /// Four sums rounded twice, and all ones where that may be wrong.
    @inline(__always)
    static func quick(_ a: __m128, _ b: __m128, _ c: __m128) -> (__m128, SIMD4<Int32>) {
      let low = _mm_cvtps_pd(a) * _mm_cvtps_pd(b) + _mm_cvtps_pd(c)
      let high =
        _mm_cvtps_pd(_mm_movehl_ps(a, a)) * _mm_cvtps_pd(_mm_movehl_ps(b, b))
        + _mm_cvtps_pd(_mm_movehl_ps(c, c))
      let l = unsafeBitCast(low, to: SIMD4<Int32>.self)
      let h = unsafeBitCast(high, to: SIMD4<Int32>.self)
      let lowWords = SIMD4(l[0], l[2], h[0], h[2])
      let highWords = SIMD4(l[1], l[3], h[1], h[3]) & 0x7fff_ffff
      // The 29 bits that a float has not got: a one and zeros.
      let halfway = (lowWords & 0x1fff_ffff) .== 0x1000_0000
      // Below 2^-125, but not zero.
      let tiny = (highWords .> 0) .& (highWords .< (1023 - 125) << 20)
      let doubtful = SIMD4<Int32>.zero.replacing(with: -1, where: halfway .| tiny)
      return (_mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)), doubtful)
    }
  }
#endif
