#if arch(x86_64)
  import Kernels

  /// AVX2 with FMA and AVX-VNNI: Alder Lake, Sierra Forest, Zen 5 and later. Only the int8 product differs from AVX2's
  /// table, with which it is put together where no instructions beyond the baseline are used.
  public enum AVXVNNIKernels {
    /// `KernelTable.multiplyInt8`; call it only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func product() -> @Sendable (MultiplyInt8) -> Void {
      { $0.run(on: AVXVNNI.self) }
    }
  }
#endif
