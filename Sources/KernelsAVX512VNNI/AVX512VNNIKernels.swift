#if arch(x86_64)
  import Kernels

  /// AVX-512 F/BW/DQ/VL with VNNI: Ice Lake, Zen 4 and later.
  public enum AVX512VNNIKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      var table = KernelTable(
        name: "avx512vnni",
        quantizeRows: { $0.run(on: AVX512VNNI.self) },
        multiplyInt8: { $0.run(on: AVX512VNNI.self) },
        quantizeInt16: { $0.run(on: AVX512VNNI.self) },
        multiplyInt16: { $0.run(on: AVX512VNNI.self) },
        packColumns: { $0.runColumns(on: AVX512VNNI.self) },
        softmaxRows: { $0.run(on: AVX512VNNI.self, scales: $1) },
        layerNormRows: { $0.run(on: AVX512VNNI.self) })
      // Whole tiles of six rows: 64 would be nine of six and two of five.
      table.taskRows = 96
      return table
    }

    /// The same for fp32.
    @inline(never) @export(interface)
    public static func floatTable() -> FloatKernelTable {
      FloatKernelTable(
        multiplyFloat: { $0.run(on: AVX512VNNI.self) },
        packRows: { $0.runRows(on: AVX512VNNI.self) },
        softmaxRows: { $0.run(on: AVX512VNNI.self) },
        gelu: { geluBuffer(AVX512VNNI.self, $0, count: $1) })
    }
  }
#endif
