#if arch(x86_64)
  import Kernels
  import KernelsAVX512VNNI

  /// AMX with int8 products, beside AVX-512: Sapphire Rapids and later. What is not done with quantized rows is left to
  /// AVX-512 VNNI, as are rows that do not fill tiles.
  public enum AMXKernels {
    /// The table; call its functions only on a CPU that has the instructions, in a process that may use them.
    @inline(never) @export(interface)
    public static func table() -> KernelTable {
      let vectors = AVX512VNNIKernels.table()
      var table = vectors
      table.name = "amx"
      // Tiles ask for weights faster than memory gives them: four times as many rows share them.
      table.taskRows = 256
      table.quantizeRows = { AMX.fits($0.output) ? $0.run(on: AMX.self) : vectors.quantizeRows($0) }
      table.multiplyInt8 = { AMX.fits($0.rows) ? $0.runOnTiles() : vectors.multiplyInt8($0) }
      return table
    }
  }
#endif
