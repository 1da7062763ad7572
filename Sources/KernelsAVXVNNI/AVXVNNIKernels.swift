#if arch(x86_64)
  import Kernels

  /// AVX2 with FMA and AVX-VNNI: Alder Lake, Sierra Forest, Zen 5 and later.
  public enum AVXVNNIKernels {
    /// The table; call its functions only on a CPU that has the instructions.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      KernelTable(
        name: "avxvnni",
        quantizeRows: { $0.run(on: AVXVNNI.self) },
        multiplyInt8: { $0.run(on: AVXVNNI.self) },
        multiplyFloat: { $0.run(on: AVXVNNI.self) },
        packRows: { $0.runRows(on: AVXVNNI.self) },
        packColumns: { $0.runColumns(on: AVXVNNI.self) },
        softmaxRows: { $0.run(on: AVXVNNI.self) },
        layerNormRows: { $0.run(on: AVXVNNI.self) },
        gelu: { geluBuffer(AVXVNNI.self, $0, count: $1) })
    }
  }
#endif
