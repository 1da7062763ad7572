#if arch(x86_64)
  import Kernels

  /// Tiles of activations are 16 rows by 64 channels, one after the other, so that each is 16 lines of the cache in a
  /// row:
  ///
  ///     rows  0 … 15: channels 0 … 63 of row 0, of row 1, … | channels 64 … 127 of row 0, … | …
  ///     rows 16 … 31: …
  enum AMX: AVX512InstructionSet {
    /// Epilogues have up to 32 rows at a time, more than could be unrolled.
    @inline(__always) static var unrolledRows: Int { 0 }

    @inline(__always)
    static func place(row: Int, channel: Int, stride: Int) -> Int {
      (row & ~15) &* stride &+ (channel & ~63) &* 16 &+ (row & 15) &* 64 &+ channel & 63
    }

    /// Whether all groups of a row are whole tiles. Rows of other models are those of AVX-512 VNNI.
    @inline(__always)
    static func fits(_ rows: QuantizedRows) -> Bool {
      (rows.groups == 1 ? rows.channels : rows.channels | rows.groupSize) & 63 == 0
    }
  }
#endif
