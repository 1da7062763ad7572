#if arch(arm64)
  import Kernels

  /// Every 64-bit ARM.
  public enum NEONKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      KernelTable(
        name: "neon",
        quantizeRows: { $0.run(on: NEON.self) },
        multiplyInt8: { $0.run(on: NEON.self) },
        quantizeInt16: { $0.run(on: NEON.self) },
        multiplyInt16: { $0.run(on: NEON.self) },
        packColumns: { $0.runColumns(on: NEON.self) },
        softmaxRows: { $0.run(on: NEON.self, scales: $1) },
        layerNormRows: { $0.run(on: NEON.self) })
    }

    /// The same for fp32.
    @inline(never) @export(interface)
    public static func floatTable() -> FloatKernelTable {
      FloatKernelTable(
        multiplyFloat: { $0.run(on: NEON.self) },
        packRows: { $0.runRows(on: NEON.self) },
        softmaxRows: { $0.run(on: NEON.self) },
        gelu: { geluBuffer(NEON.self, $0, count: $1) })
    }
  }
#endif
