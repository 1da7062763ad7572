#if arch(x86_64)
  import Kernels

  /// Lets tests run the kernels of AVX-VNNI on a CPU that has AVX-512 VNNI only.
  public enum EVEXKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      KernelTable(
        name: "avxvnni in EVEX encoding",
        quantizeRows: { $0.run(on: EVEX.self) },
        multiplyInt8: { $0.run(on: EVEX.self) },
        quantizeInt16: { $0.run(on: EVEX.self) },
        multiplyInt16: { $0.run(on: EVEX.self) },
        packColumns: { $0.runColumns(on: EVEX.self) },
        softmaxRows: { $0.run(on: EVEX.self, scales: $1) },
        layerNormRows: { $0.run(on: EVEX.self) })
    }
  }
#endif
