/// Rows of activations as u8, each with its own scale and zero point per group of input channels:
/// `x ≈ scale * (q - zeroPoint)`.
///
///     low = min(0, x…), high = max(0, x…), scale = (high - low) / 255
///     zeroPoint = round(-low / scale), q = clamp(round(fma(x, 1 / scale, zeroPoint)), 0, 255)
///
/// rounded to nearest, ties to even. A group whose scale would be subnormal counts as zeros: scale 0, zero
/// point 0. A group that holds a NaN or an infinity, or whose range overflows, gets the scale NaN, so that it
/// shows in every product instead of becoming a plausible number.
///
/// The byte stored for `q` and its place are private to an instruction set (some keep q - 128);
/// only the table that wrote the rows reads them, and the products are the same integers.
public struct QuantizedRows: @unchecked Sendable {
  /// `Tile.paddedRows(rows)` x `Tile.byteStride(channels)` bytes.
  public var values: UnsafeMutablePointer<UInt8>
  /// rows x groups.
  public var scales: UnsafeMutablePointer<Float>
  /// rows x groups, in a form that is private to an instruction set too.
  public var zeroPoints: UnsafeMutablePointer<Int32>
  public var channels: Int
  /// Input channels per group, a multiple of 16; one group when it is 0 or at least `channels`.
  public var groupSize: Int

  public init(
    values: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>,
    zeroPoints: UnsafeMutablePointer<Int32>, channels: Int, groupSize: Int
  ) {
    self.values = values
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.channels = channels
    self.groupSize = groupSize
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var stride: Int { Tile.byteStride(channels) }
  @_alwaysEmitIntoClient @inline(__always)
  public var groups: Int { Tile.groups(channels, of: groupSize) }

  /// The same without the first `count` rows, a multiple of `Tile.rows`.
  @_alwaysEmitIntoClient @inline(__always)
  public func dropFirst(_ count: Int) -> QuantizedRows {
    QuantizedRows(
      values: values + count &* stride, scales: scales + count &* groups,
      zeroPoints: zeroPoints + count &* groups,
      channels: channels, groupSize: groupSize)
  }
}

/// An int8 weight matrix in kernel layout (see `Tile`): symmetric, one scale per output channel, or one per output channel
/// and group of input channels.
public struct Int8Matrix: @unchecked Sendable {
  public var weights: UnsafePointer<Int8>
  /// Per output channel, padded to whole panels with zeros.
  public var scales: UnsafePointer<Float>
  /// groups x padded outputs: the sum of a channel's weights over the inputs of a group.
  public var columnSums: UnsafePointer<Int32>
  /// groups x padded outputs: factors of `scales` in a group; nil where all are 1. Not used with a single group.
  public var groupScales: UnsafePointer<UInt8>?
  /// Per output channel, padded to whole panels with zeros.
  public var bias: UnsafePointer<Float>
  /// At most `Tile.maximumInputs`.
  public var inputs: Int
  public var outputs: Int
  /// Input channels per group of the activations that go in; see `QuantizedRows.groupSize`.
  public var groupSize: Int

  public init(
    weights: UnsafePointer<Int8>, scales: UnsafePointer<Float>, columnSums: UnsafePointer<Int32>,
    groupScales: UnsafePointer<UInt8>? = nil, bias: UnsafePointer<Float>, inputs: Int, outputs: Int,
    groupSize: Int
  ) {
    self.weights = weights
    self.scales = scales
    self.columnSums = columnSums
    self.groupScales = groupScales
    self.bias = bias
    self.inputs = inputs
    self.outputs = outputs
    self.groupSize = groupSize
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var panels: Int { Tile.panels(outputs: outputs) }
  @_alwaysEmitIntoClient @inline(__always)
  public var groups: Int { Tile.groups(inputs, of: groupSize) }
  /// The weights from a panel on.
  @_alwaysEmitIntoClient @inline(__always)
  public func weights(fromPanel panel: Int) -> UnsafePointer<Int8> {
    weights + panel &* Tile.panelBytes(inputs: inputs)
  }
}

/// Arguments of `KernelTable.quantizeRows`.
public struct QuantizeRows {
  /// rows x inputStride floats, from the first channel of `firstGroup` on.
  public var input: UnsafePointer<Float>
  public var inputStride: Int
  public var rows: Int
  /// Row 0 of `output` receives row 0 of `input`.
  public var output: QuantizedRows
  /// Groups to quantize.
  public var firstGroup: Int
  public var lastGroup: Int
  /// Factors per input channel that balance activations against weights, applied before quantization
  /// (the inverse is in the weights); nil for none. Padded to `Tile.lanes`.
  public var balance: UnsafePointer<Float>?

  /// - Parameter groups: all of them if nil.
  public init(
    input: UnsafePointer<Float>, inputStride: Int, rows: Int, output: QuantizedRows,
    groups: Range<Int>? = nil,
    balance: UnsafePointer<Float>? = nil
  ) {
    firstGroup = groups?.lowerBound ?? 0
    lastGroup = groups?.upperBound ?? output.groups
    self.input = input
    self.inputStride = inputStride
    self.rows = rows
    self.output = output
    self.balance = balance
  }
}

/// Arguments of `KernelTable.multiplyInt8`.
///
/// For row m and output channel n, with acc_g the exact int32 sum of group g:
///
///     scale_g = rowScale[m,g] * Float(groupScale[g,n])
///     t = Float(acc_0 - zeroPoint[m,0] * columnSum[0,n]) * scale_0
///     for g in 1 ..< groups: t = fma(Float(acc_g - zeroPoint[m,g] * columnSum[g,n]), scale_g, t)
///     y = fma(t, weightScale[n], bias[n])
///     output[m,n] = epilogue(y)
public struct MultiplyInt8 {
  public enum Epilogue: @unchecked Sendable {
    case store
    /// erf-GELU.
    case gelu
    /// y + residual[m,n].
    case add(residual: UnsafePointer<Float>, stride: Int)
  }

  public var rows: QuantizedRows
  /// Rows to compute: `firstRow ..< lastRow` of `rows`, of `output` and of a residual.
  public var firstRow: Int
  public var lastRow: Int
  public var matrix: Int8Matrix
  /// Panels to compute; all 16 channels of a panel are stored (padding gives zeros).
  public var firstPanel: Int
  public var lastPanel: Int
  public var output: UnsafeMutablePointer<Float>
  public var outputStride: Int
  public var epilogue: Epilogue
  /// `scratchBytes` of working memory for one call at a time, aligned to 64. What it holds does not matter, before or
  /// after: on the stack it would have to be cleared for each of many small products.
  public var scratch: UnsafeMutableRawPointer
  /// Weights that this thread multiplies next, which a kernel may fetch beside its last ones; nil when they follow those.
  public var next: UnsafePointer<Int8>?

  @_alwaysEmitIntoClient @inline(__always)
  public static var scratchBytes: Int {
    2 &* PreparedLimit.rows &* Tile.bytes &+ PreparedLimit.bytes &+ Tile.maximumInputs
  }

  public init(
    rows: QuantizedRows, firstRow: Int, lastRow: Int, matrix: Int8Matrix, firstPanel: Int, lastPanel: Int,
    output: UnsafeMutablePointer<Float>, outputStride: Int, epilogue: Epilogue,
    scratch: UnsafeMutableRawPointer, next: UnsafePointer<Int8>? = nil
  ) {
    self.rows = rows
    self.firstRow = firstRow
    self.lastRow = lastRow
    self.matrix = matrix
    self.firstPanel = firstPanel
    self.lastPanel = lastPanel
    self.output = output
    self.outputStride = outputStride
    self.epilogue = epilogue
    self.scratch = scratch
    self.next = next
  }
}
