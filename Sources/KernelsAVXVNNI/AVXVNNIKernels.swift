#if arch(x86_64)
  import Kernels
  import KernelsAVX2

  /// AVX2 with FMA and AVX-VNNI: Alder Lake, Sierra Forest, Zen 5 and later.
  public enum AVXVNNIKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      // Everything but the int8 product is AVX2's; both store the same bytes.
      var table = AVX2Kernels.table()
      table.name = "avxvnni"
      table.multiplyInt8 = { $0.run(on: AVXVNNI.self) }
      return table
    }
  }
#endif
