#if arch(arm)
  import Kernels

  /// 32-bit ARM with NEON and VFPv4: Cortex-A5, A7, A15 and later.
  public enum VFPv4Kernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      KernelTable(
        name: "neon",
        quantizeRows: { $0.run(on: VFPv4.self) },
        multiplyInt8: { $0.run(on: VFPv4.self) },
        quantizeInt16: { $0.run(on: VFPv4.self) },
        multiplyInt16: { $0.run(on: VFPv4.self) },
        packColumns: { $0.runColumns(on: VFPv4.self) },
        softmaxRows: { $0.run(on: VFPv4.self, scales: $1) },
        layerNormRows: { $0.run(on: VFPv4.self) })
    }

    /// The same for fp32.
    @inline(never) @export(interface)
    public static func floatTable() -> FloatKernelTable {
      FloatKernelTable(
        multiplyFloat: { $0.run(on: VFPv4.self) },
        packRows: { $0.runRows(on: VFPv4.self) },
        softmaxRows: { $0.run(on: VFPv4.self) },
        gelu: { geluBuffer(VFPv4.self, $0, count: $1) })
    }
  }
#endif
