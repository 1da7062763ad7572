#if arch(x86_64)
  import Kernels

  /// AMX with int8 products, beside AVX-512: Sapphire Rapids and later. Only what is done with quantized rows differs from
  /// the table of AVX-512 VNNI, with which it is put together where no instructions beyond the baseline are used.
  ///
  /// Call the functions only on a CPU that has the instructions, in a process that may use them.
  public enum AMXKernels {
    /// Rows of a task, see `KernelTable.taskRows`: tiles ask for weights faster than memory gives them, so that four times
    /// as many rows share them.
    public static let taskRows = 256

    /// `KernelTable.quantizeRows`, and `vectors` for rows that do not fill tiles.
    @inline(never) @export(interface)
    public static func quantizer(
      else vectors: @escaping @Sendable (QuantizeRows) -> Void
    ) -> @Sendable (QuantizeRows) -> Void {
      { AMX.fits($0.output) ? $0.run(on: AMX.self) : vectors($0) }
    }

    /// `KernelTable.multiplyInt8`, and `vectors` for the same rows.
    @inline(never) @export(interface)
    public static func product(
      else vectors: @escaping @Sendable (MultiplyInt8) -> Void
    ) -> @Sendable (MultiplyInt8) -> Void {
      { AMX.fits($0.rows) ? $0.runOnTiles() : vectors($0) }
    }
  }
#endif
