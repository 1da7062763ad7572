#if arch(x86_64)
  import Kernels

  /// AVX2 with FMA: Haswell, Zen and later.
  public enum AVX2Kernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      var table = KernelTable(
        name: "avx2",
        quantizeRows: { $0.run(on: AVX2.self) },
        multiplyInt8: { $0.run(preparingOn: AVX2.self) },
        quantizeInt16: { $0.run(on: AVX2.self) },
        multiplyInt16: { $0.run(on: AVX2.self) },
        packColumns: { $0.runColumns(on: AVX2.self) },
        softmaxRows: { $0.run(on: AVX2.self, scales: $1) },
        layerNormRows: { $0.run(on: AVX2.self) })
      table.taskRows = PreparedLimit.rows
      return table
    }

    /// The same for fp32.
    @inline(never) @export(interface)
    public static func floatTable() -> FloatKernelTable {
      FloatKernelTable(
        multiplyFloat: { $0.run(on: AVX2.self) },
        packRows: { $0.runRows(on: AVX2.self) },
        softmaxRows: { $0.run(on: AVX2.self) },
        gelu: { geluBuffer(AVX2.self, $0, count: $1) })
    }
  }
#endif
