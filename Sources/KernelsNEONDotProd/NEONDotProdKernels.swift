#if arch(arm64)
  import Kernels

  /// 64-bit ARM with the dot product instructions: Cortex-A75, Neoverse N1 and later.
  public enum NEONDotProdKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      KernelTable(
        name: "neondot",
        quantizeRows: { $0.run(on: NEONDotProd.self) },
        multiplyInt8: { $0.run(on: NEONDotProd.self) },
        quantizeInt16: { $0.run(on: NEONDotProd.self) },
        multiplyInt16: { $0.run(on: NEONDotProd.self) },
        packColumns: { $0.runColumns(on: NEONDotProd.self) },
        softmaxRows: { $0.run(on: NEONDotProd.self, scales: $1) },
        layerNormRows: { $0.run(on: NEONDotProd.self) })
    }

    /// The same for fp32.
    @inline(never) @export(interface)
    public static func floatTable() -> FloatKernelTable {
      FloatKernelTable(
        multiplyFloat: { $0.run(on: NEONDotProd.self) },
        packRows: { $0.runRows(on: NEONDotProd.self) },
        softmaxRows: { $0.run(on: NEONDotProd.self) },
        gelu: { geluBuffer(NEONDotProd.self, $0, count: $1) })
    }
  }
#endif
