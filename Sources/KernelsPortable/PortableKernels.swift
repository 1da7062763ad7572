import Kernels

/// Plain Swift vectors, for the baseline of any architecture.
public enum PortableKernels {
  /// The table; call its functions only on a CPU that has the instructions.
  @inline(never) @export(interface)
  public static func table() -> KernelTable {
    KernelTable(
      name: "portable",
      quantizeRows: { $0.run(on: Portable.self) },
      multiplyInt8: { $0.run(on: Portable.self) },
      quantizeInt16: { $0.run(on: Portable.self) },
      multiplyInt16: { $0.run(on: Portable.self) },
      packColumns: { $0.runColumns(on: Portable.self) },
      softmaxRows: { $0.run(on: Portable.self, scales: $1) },
      layerNormRows: { $0.run(on: Portable.self) })
  }

  /// The same for fp32.
  @inline(never) @export(interface)
  public static func floatTable() -> FloatKernelTable {
    FloatKernelTable(
      multiplyFloat: { $0.run(on: Portable.self) },
      packRows: { $0.runRows(on: Portable.self) },
      softmaxRows: { $0.run(on: Portable.self) },
      gelu: { geluBuffer(Portable.self, $0, count: $1) })
  }
}
