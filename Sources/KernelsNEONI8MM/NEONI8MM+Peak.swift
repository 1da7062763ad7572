#if arch(arm64)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  extension NEONI8MMKernels {
    /// `smmla`; call it only on a CPU that has the instruction.
    @inline(never) @export(interface)
    public static func productPeak() -> ProductPeak {
      ProductPeak(name: "neoni8mm", multiplyAdds: 24 * 32, run: { NEONI8MM.products($0, $1) })
    }
  }

  extension NEONI8MM {
    /// As many accumulators as `multiplyTile` has.
    @inline(never)
    fileprivate static func products(_ rounds: Int, _ operand: Int8) -> Int64 {
      let factor = int8x16_t(repeating: operand)
      var sums = InlineArray<24, int32x4_t>(repeating: .zero)
      // Different starts: equal accumulators would be one accumulator.
      var i = 0
      while i < 24 {
        sums[unchecked: i] = int32x4_t(repeating: Int32(i))
        i &+= 1
      }
      var round = 0
      while round < rounds {
        i = 0
        while i < 24 {
          sums[unchecked: i] = vmmlaq_s32(sums[unchecked: i], factor, factor)
          i &+= 1
        }
        round &+= 1
      }
      var total: Int64 = 0
      i = 0
      while i < 24 {
        total += Int64((sums[unchecked: i] &- Int32(i)).wrappedSum())
        i &+= 1
      }
      return total
    }
  }
#endif
