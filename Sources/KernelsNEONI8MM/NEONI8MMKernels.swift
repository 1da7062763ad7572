#if arch(arm64)
  import Kernels

  /// 64-bit ARM with the matrix product of bytes: Neoverse V1, N2, Cortex-A510, A710, X2 and later.
  public enum NEONI8MMKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      KernelTable(
        name: "neoni8mm",
        quantizeRows: { $0.run(on: NEONI8MM.self) },
        multiplyInt8: { $0.run(on: NEONI8MM.self) },
        quantizeInt16: { $0.run(on: NEONI8MM.self) },
        multiplyInt16: { $0.run(on: NEONI8MM.self) },
        packColumns: { $0.runColumns(on: NEONI8MM.self) },
        softmaxRows: { $0.run(on: NEONI8MM.self, scales: $1) },
        layerNormRows: { $0.run(on: NEONI8MM.self) })
    }

    /// The same for fp32.
    @inline(never) @export(interface)
    public static func floatTable() -> FloatKernelTable {
      FloatKernelTable(
        multiplyFloat: { $0.run(on: NEONI8MM.self) },
        packRows: { $0.runRows(on: NEONI8MM.self) },
        softmaxRows: { $0.run(on: NEONI8MM.self) },
        gelu: { geluBuffer(NEONI8MM.self, $0, count: $1) })
    }
  }
#endif
