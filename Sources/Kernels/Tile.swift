/// The tile that all int8 kernels share: 16 output channels x 4 input channels, 64 bytes.
///
///     panel p (16 output channels), input group g (4 input channels), 64 bytes:
///       channel 16p+0: inputs 4g … 4g+3 | channel 16p+1: inputs 4g … 4g+3 | … | channel 16p+15
///     a panel is its input groups one after the other: ceil(inputs / 4) * 64 bytes
///     a matrix is its panels one after the other; missing channels and inputs are zero
///
/// One tile is one `vpdpbusd` operand of 512 bits, two of 256 bits, four `sdot` operands of 128 bits.
public enum Tile {
  public static let outputs = 16
  public static let inputs = 4
  public static let bytes = 64
  /// The most inputs a matrix has, so that no int32 sum of 255 * 127 overflows and sums of weights fit 23 bits.
  public static let maximumInputs = 32768
  /// Lanes of the canonical float vector: rows are padded to it, reductions have this many accumulators.
  public static let lanes = 16

  /// `count` rounded up to whole vectors: the row stride of float matrices, in elements.
  @_alwaysEmitIntoClient @inline(__always)
  public static func stride(_ count: Int) -> Int { (count &+ 15) & ~15 }
  /// Row stride of quantized activations, in bytes.
  @_alwaysEmitIntoClient @inline(__always)
  public static func byteStride(_ count: Int) -> Int { (count &+ 63) & ~63 }
  /// Quantized rows are kept in multiples of this: two tile registers of AMX.
  public static let rows = 32
  /// `count` rounded up to whole blocks of rows.
  @_alwaysEmitIntoClient @inline(__always)
  public static func paddedRows(_ count: Int) -> Int { (count &+ 31) & ~31 }
  /// Bytes of one panel of a matrix with `inputs` input channels.
  @_alwaysEmitIntoClient @inline(__always)
  public static func panelBytes(inputs: Int) -> Int { (inputs &+ 3) / 4 &* 64 }
  /// Panels of a matrix with `outputs` output channels.
  @_alwaysEmitIntoClient @inline(__always)
  public static func panels(outputs: Int) -> Int { (outputs &+ 15) / 16 }

  /// Groups of `size` among `channels`; one when `size` is 0 or covers them all.
  @_alwaysEmitIntoClient @inline(__always)
  public static func groups(_ channels: Int, of size: Int) -> Int {
    size <= 0 || size >= channels ? 1 : (channels &- 1) / size &+ 1
  }

  /// Rows of the next register tile of `left` rows: at most 6, and as even as can be.
  @_alwaysEmitIntoClient @inline(__always)
  public static func blockRows(_ left: Int) -> Int {
    if left <= 6 { return left }
    let tiles = (left &+ 5) / 6
    return left > 5 &* tiles ? 6 : left > 4 &* tiles ? 5 : 4
  }
}
