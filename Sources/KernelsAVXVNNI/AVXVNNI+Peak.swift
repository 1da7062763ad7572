#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  extension AVXVNNIKernels {
    /// `vpdpbusd` on 256 bits; call it only on a CPU that has the instruction.
    @inline(never) @export(interface)
    public static func productPeak() -> ProductPeak {
      ProductPeak(name: "avxvnni", multiplyAdds: 12 * 32, run: { AVXVNNI.products($0, $1) })
    }
  }

  extension AVXVNNI {
    /// As many accumulators as a panel of six rows has, more than the instruction's latency asks for.
    @inline(never)
    fileprivate static func products(_ rounds: Int, _ operand: Int8) -> Int64 {
      let factor = unsafeBitCast(SIMD32<Int8>(repeating: operand), to: __m256i.self)
      var sums = InlineArray<12, __m256i>(repeating: .zero)
      // Different starts: equal accumulators would be one accumulator.
      var i = 0
      while i < 12 {
        sums[unchecked: i] = unsafeBitCast(SIMD8<Int32>(repeating: Int32(i)), to: __m256i.self)
        i &+= 1
      }
      var round = 0
      while round < rounds {
        i = 0
        while i < 12 {
          sums[unchecked: i] = _mm256_dpbusd_avx_epi32(sums[unchecked: i], factor, factor)
          i &+= 1
        }
        round &+= 1
      }
      var total: Int64 = 0
      i = 0
      while i < 12 {
        let lanes = unsafeBitCast(sums[unchecked: i], to: SIMD8<Int32>.self) &- Int32(i)
        total += Int64(lanes.wrappedSum())
        i &+= 1
      }
      return total
    }
  }
#endif
