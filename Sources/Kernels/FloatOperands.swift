/// Arguments of `FloatKernelTable.multiplyFloat`: C = A · B (+ C), every element one chain of fused
/// multiply-adds in the order of `inner`, so that no tiling changes a bit.
///
/// B is packed in panels of 16 columns: `[columns / 16][inner][16]`.
public struct MultiplyFloat {
  public var a: UnsafePointer<Float>
  /// Elements from one row of A to the next.
  public var aStride: Int
  public var b: UnsafePointer<Float>
  public var c: UnsafeMutablePointer<Float>
  public var cStride: Int
  public var rows: Int
  /// A multiple of 16; all columns are stored.
  public var columns: Int
  public var inner: Int
  /// Starts each chain from C instead of zero.
  public var accumulate: Bool

  public init(
    a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
    cStride: Int,
    rows: Int, columns: Int, inner: Int, accumulate: Bool = false
  ) {
    self.a = a
    self.aStride = aStride
    self.b = b
    self.c = c
    self.cStride = cStride
    self.rows = rows
    self.columns = columns
    self.inner = inner
    self.accumulate = accumulate
  }
}

/// Arguments of `FloatKernelTable.packRows` and `KernelTable.packColumns`: a row-major matrix to the panels of 16 columns
/// that `MultiplyFloat.b` wants, as it is or transposed. Missing columns of the last panel become zeros. Elements are
/// moved and never computed with, so that pairs of 16-bit integers may stand for them.
///
///     packRows      [rows, columns] to [columns / 16][rows][16]
///     packColumns   [rows, columns] to [rows / 16][columns][16]
public struct PackPanels {
  public var input: UnsafePointer<Float>
  /// Elements from one row to the next.
  public var stride: Int
  public var rows: Int
  public var columns: Int
  public var output: UnsafeMutablePointer<Float>

  public init(
    input: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, output: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.stride = stride
    self.rows = rows
    self.columns = columns
    self.output = output
  }
}

/// Arguments of `FloatKernelTable.softmaxRows`, in place:
/// `p[j] = exp((s[j] - max) * scale) * (1 / sum)`, j < count; the padding up to `Tile.stride(count)` becomes zero.
/// scale is not negative.
///
/// With `KernelTable.softmaxRows` a row becomes `MultiplyInt16.a` instead, 16-bit integers in the first half of its memory:
///
///     e[j] = 2^((s[j] - max) * (scale * log2 e)), f = min(32767, 2^18 / sum)
///     q[j] = round(e[j] * f), ties to even, scales[row] = 1 / (f * sum)
///
/// where e[j] * f is rounded once, to the integer. p[j] is about q[j] * scales[row], and the integers of a row
/// add up to less than `integerSum(count:)`.
public struct SoftmaxRows {
  public var values: UnsafeMutablePointer<Float>
  public var stride: Int
  public var rows: Int
  public var count: Int
  public var scale: Float

  public init(values: UnsafeMutablePointer<Float>, stride: Int, rows: Int, count: Int, scale: Float) {
    self.values = values
    self.stride = stride
    self.rows = rows
    self.count = count
    self.scale = scale
  }

  /// More than the integers of a row of `count` can add up to: 2^18, and what rounding adds.
  @_alwaysEmitIntoClient @inline(__always)
  public static func integerSum(count: Int) -> Int { 262_144 &+ count }
}

/// Arguments of `KernelTable.layerNormRows`: `(x - mean) / sqrt(variance + epsilon) * gamma + beta` over
/// `count` channels; may be in place. The variance is the mean square of the centred values:
///
///     mean = sum(x) / count
///     inverse = 1 / sqrt(sum(fma of (x - mean)²) / count + epsilon)
///     y = fma((x - mean) * inverse, gamma, beta)
///
/// The padding up to `Tile.stride(count)` becomes zero; gamma and beta are padded likewise.
public struct LayerNormRows {
  public var input: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Row stride of input and output.
  public var stride: Int
  public var rows: Int
  public var count: Int
  public var gamma: UnsafePointer<Float>
  public var beta: UnsafePointer<Float>
  public var epsilon: Float

  public init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, stride: Int, rows: Int, count: Int,
    gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>, epsilon: Float
  ) {
    self.input = input
    self.output = output
    self.stride = stride
    self.rows = rows
    self.count = count
    self.gamma = gamma
    self.beta = beta
    self.epsilon = epsilon
  }
}
