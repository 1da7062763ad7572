#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  extension AVX2Kernels {
    /// `vpmaddubsw`, `vpmaddwd` and the addition of its sums, as `multiplyPrepared` adds them up; call it only on a CPU that
    /// has the instructions.
    @inline(never) @export(interface)
    public static func productPeak() -> ProductPeak {
      ProductPeak(
        name: "avx2", multiplyAdds: 8 * 32,
        run: { rounds, operand in PeakFactors.with(operand) { AVX2.products(rounds, $0) } })
    }
  }

  extension AVX2 {
    /// Four activations by two weights that change from round to round.
    @inline(never)
    fileprivate static func products(_ rounds: Int, _ factors: UnsafeRawPointer) -> Int64 {
      var x = InlineArray<4, __m256i>(repeating: .zero)
      var sums = InlineArray<8, __m256i>(repeating: .zero)
      var i = 0
      while i < 4 {
        x[unchecked: i] = (factors + i &* 32).loadUnaligned(as: __m256i.self)
        i &+= 1
      }
      i = 0
      while i < 8 {
        sums[unchecked: i] = unsafeBitCast(SIMD8<Int32>(repeating: Int32(i)), to: __m256i.self)
        i &+= 1
      }
      var round = 0
      while round < rounds {
        let place = factors + (round &* 64) & (PeakFactors.byteCount &- 1)
        i = 0
        while i < 8 {
          let w = (place + (i & 1) &* 32).loadUnaligned(as: __m256i.self)
          sums[unchecked: i] = adding(sums[unchecked: i], _mm256_maddubs_epi16(x[unchecked: i / 2], w))
          i &+= 1
        }
        round &+= 1
      }
      var total: Int64 = 0
      i = 0
      while i < 8 {
        let lanes = unsafeBitCast(sums[unchecked: i], to: SIMD8<Int32>.self) &- Int32(i)
        total += Int64(lanes.wrappedSum())
        i &+= 1
      }
      return total
    }
  }
#endif
