#if arch(x86_64)
  import CShims
  import Kernels

  extension AMXKernels {
    /// `tdpbusd`; call it only on a CPU that has the instruction, in a process that may use it.
    @inline(never) @export(interface)
    public static func productPeak() -> ProductPeak {
      ProductPeak(name: "amx", multiplyAdds: 4 * 16 * 16 * 64, run: { products($0, $1) })
    }

    /// As many accumulators as a block has, with its operands kept in registers.
    @inline(never)
    private static func products(_ rounds: Int, _ operand: Int8) -> Int64 {
      var operands = InlineArray<16, SIMD64<Int8>>(repeating: SIMD64(repeating: operand))
      var sums = InlineArray<64, SIMD16<Int32>>(repeating: .zero)
      kqs_tiles_configure(16, 16)
      kqs_tiles_clear()
      withUnsafeMutablePointer(to: &operands) { kqs_tiles_load($0) }
      var round = 0
      while round < rounds {
        kqs_tiles_multiply()
        round &+= 1
      }
      withUnsafeMutablePointer(to: &sums) { kqs_tiles_store_1x4($0, 256) }
      kqs_tiles_release()
      var total: Int64 = 0
      var i = 0
      while i < 64 {
        total += Int64(sums[unchecked: i].wrappedSum())
        i &+= 1
      }
      return total
    }
  }
#endif
